//! Changing how many instances run and with how much.

use super::{Process, ProcessError, ProcessProblem, ProcessSettings};
use crate::quantity::{InstanceCount, LogRate, Megabytes};
use crate::quota::{self, Demand, Quotas, Usage};
use crate::sidecar::{self, Sidecar};
use crate::time::Timestamp;

/// A decoded request to scale; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScaleProcess {
    pub instances: Option<InstanceCount>,
    pub memory: Option<Megabytes>,
    pub disk: Option<Megabytes>,
    pub log_rate: Option<LogRate>,
}

impl Process {
    /// The process scaled. Instances change at once, the rest with the next restart: the version stays. Quotas count only while it is
    /// started; their usage contains what it has now.
    pub fn scaled(
        mut self,
        change: &ScaleProcess,
        is_deploying: bool,
        settings: &ProcessSettings,
        sidecars: &[Sidecar],
        quotas: &Quotas,
        now: Timestamp,
    ) -> Result<Self, ProcessError> {
        if is_deploying && self.kind.is_web() {
            return Err(ProcessError::ScaleWhileDeploying);
        }
        let before = self.clone();
        self.instances = change.instances.unwrap_or(self.instances);
        self.memory = change.memory.unwrap_or(self.memory);
        self.disk = change.disk.unwrap_or(self.disk);
        self.log_rate = change.log_rate.unwrap_or(self.log_rate);
        if change.memory.is_some() && !sidecar::fit(sidecars, &self.kind, self.memory) {
            return Err(ProcessError::TooSmallForSidecars);
        }
        let mut problems = self.disk_problem(&before, settings);
        let log_rate_matters = self.instances != before.instances || self.log_rate != before.log_rate;
        problems.extend(self.quota_problems(log_rate_matters, before.usage(), quotas));
        if !problems.is_empty() {
            return Err(ProcessError::Invalid(problems));
        }
        if self != before {
            self.updated_at = now;
        }
        Ok(self)
    }

    /// Whether it may begin to run beside everything that runs; `like` is the process that it is made after.
    pub fn check_beside(
        &self,
        like: &Self,
        settings: &ProcessSettings,
        quotas: &Quotas,
    ) -> Result<(), ProcessError> {
        let mut problems = self.disk_problem(like, settings);
        problems.extend(self.quota_problems(true, Usage::default(), quotas));
        if problems.is_empty() { Ok(()) } else { Err(ProcessError::Invalid(problems)) }
    }

    /// Too much disk is what it may keep, not what it may get.
    fn disk_problem(&self, before: &Self, settings: &ProcessSettings) -> Vec<ProcessProblem> {
        let is_too_much = self.disk > settings.max_disk && self.disk != before.disk;
        let problem = ProcessProblem::Disk { requested: self.disk, max: settings.max_disk };
        is_too_much.then_some(problem).into_iter().collect()
    }

    /// What of a quota the process breaks that had used `held` before; a stopped one uses nothing.
    pub(super) fn quota_problems(
        &self,
        log_rate_matters: bool,
        held: Usage,
        quotas: &Quotas,
    ) -> Vec<ProcessProblem> {
        if !self.is_started() {
            return Vec::new();
        }
        let log_rate = log_rate_matters.then_some(self.log_rate);
        let demand = Demand { memory: self.memory, instances: self.instances, log_rate, held };
        quota::admit(&demand, quotas).into_iter().map(ProcessProblem::Quota).collect()
    }

    /// The process with another number of instances, of which the quotas must have room for the ones that it did not have.
    pub fn with_instances(
        self,
        instances: InstanceCount,
        quotas: &Quotas,
        now: Timestamp,
    ) -> Result<Self, ProcessError> {
        let held = self.usage();
        let grows = instances > self.instances;
        let process = Self { instances, updated_at: now, ..self };
        let problems = if grows { process.quota_problems(true, held, quotas) } else { Vec::new() };
        if problems.is_empty() { Ok(process) } else { Err(ProcessError::Invalid(problems)) }
    }

    /// Whether the quotas let the process start, which is started here already and used nothing before.
    pub fn check_start(&self, quotas: &Quotas) -> Result<(), ProcessError> {
        let problems = self.quota_problems(true, Usage::default(), quotas);
        if problems.is_empty() { Ok(()) } else { Err(ProcessError::Invalid(problems)) }
    }

    /// What it takes of a quota.
    pub fn usage(&self) -> Usage {
        if self.is_started() {
            Usage::of(self.memory, self.instances, self.log_rate)
        } else {
            Usage::default()
        }
    }
}
