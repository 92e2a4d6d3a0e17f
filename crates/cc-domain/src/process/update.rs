//! Changing command, user and checks.

use super::{
    HealthCheckKind, HealthCheckUpdate, Process, ProcessError, ProcessProblem, ProcessSettings,
    ReadinessKind, UserRefused,
};
use crate::metadata::{Metadata, MetadataPatch};
use crate::patch::Patch;
use crate::quota::Quotas;
use crate::time::Timestamp;

/// A decoded change of a process.
#[derive(Clone, Debug, Default)]
pub struct UpdateProcess {
    /// 1 to 4,096 characters.
    pub command: Patch<String>,
    /// 1 to 255 characters.
    pub user: Patch<String>,
    pub health_check: HealthCheckUpdate<HealthCheckKind>,
    pub readiness_check: HealthCheckUpdate<ReadinessKind>,
    pub metadata: MetadataPatch,
}

impl UpdateProcess {
    pub const MAX_COMMAND: usize = 4_096;
    pub const MAX_USER: usize = 255;
}

impl Process {
    /// The process after a change; it takes effect with the next restart, so the version stays. A started one must still be within the
    /// quotas, whose usage contains it.
    pub fn updated(
        mut self,
        change: &UpdateProcess,
        is_deploying: bool,
        settings: &ProcessSettings,
        quotas: &Quotas,
        metadata: Metadata,
        now: Timestamp,
    ) -> Result<Self, ProcessError> {
        if is_deploying && self.kind.is_web() {
            return Err(ProcessError::UpdateWhileDeploying);
        }
        self.command = change.command.clone().apply(self.command);
        self.user = change.user.clone().apply(self.user);
        self.health_check = self.health_check.updated(&change.health_check);
        self.readiness_check = self.readiness_check.updated(&change.readiness_check);
        let mut problems = self.quota_problems(false, self.usage(), quotas);
        problems.extend(self.problems(settings));
        if !problems.is_empty() {
            return Err(ProcessError::Invalid(problems));
        }
        self.metadata = metadata;
        self.updated_at = now;
        Ok(self)
    }

    fn problems(&self, settings: &ProcessSettings) -> Vec<ProcessProblem> {
        let mut problems = Vec::new();
        if self.health_check.timeout.is_some_and(|timeout| timeout > settings.max_health_check_timeout) {
            problems.push(ProcessProblem::HealthCheckTimeout(settings.max_health_check_timeout));
        }
        if self.health_check.lacks_endpoint() {
            problems.push(ProcessProblem::HealthCheckEndpoint);
        }
        if self.readiness_check.lacks_endpoint() {
            problems.push(ProcessProblem::ReadinessEndpoint);
        }
        problems.extend(settings.check_user(self.user.as_deref()).err().map(ProcessProblem::User));
        problems
    }
}

impl ProcessSettings {
    /// Whether something may run as this user; nobody in particular always may.
    pub fn check_user(&self, user: Option<&str>) -> Result<(), UserRefused> {
        let permitted = || std::iter::once("vcap").chain(self.additional_users.iter().map(String::as_str));
        match user.filter(|user| !permitted().any(|u| u.eq_ignore_ascii_case(user))) {
            None => Ok(()),
            Some(user) => Err(UserRefused {
                user: user.to_owned(),
                permitted: permitted().map(|u| format!("'{u}'")).collect::<Vec<_>>().join(", "),
            }),
        }
    }
}
