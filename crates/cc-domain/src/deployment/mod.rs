//! Deployments: an app's web process replaced by a new one, a few instances at a time (domain-rules 20).
//!
//! A deployment is made beside the processes that run ([`Deployment::new`], [`Deployment::new_web_process`]) and then advances by looks at
//! the engine, see [`plan`].

pub mod canary;
pub mod plan;
pub mod policy;
pub mod ports;
mod transition;

pub use canary::{CanaryStep, Weight};
pub use transition::Status;

use crate::app::{App, DesiredState};
use crate::droplet::Droplet;
use crate::guid::Guid;
use crate::list::{AnyOf, Common};
use crate::metadata::{Metadata, MetadataPatch};
use crate::name::Name;
use crate::process::{Process, ProcessError, ProcessProblem, ProcessVersion};
use crate::quantity::{InstanceCount, LogRate, Megabytes};
use crate::quota::QuotaError;
use crate::revision::Revision;
use crate::time::Timestamp;

text_enum! {
    pub enum DeploymentState {
        /// Goes on to the end.
        Deploying = "DEPLOYING",
        /// Goes on to the end of its canary step.
        Prepaused = "PREPAUSED",
        /// Waits at the end of a canary step for its user.
        Paused = "PAUSED",
        Deployed = "DEPLOYED",
        /// Goes back.
        Canceling = "CANCELING",
        Canceled = "CANCELED",
    }
}

impl DeploymentState {
    /// Those of which an app has one at most.
    pub const ACTIVE: &[Self] = &[Self::Deploying, Self::Prepaused, Self::Paused, Self::Canceling];

    /// Those that go on by themselves.
    pub const MOVING: &[Self] = &[Self::Deploying, Self::Prepaused, Self::Canceling];

    pub fn is_active(self) -> bool {
        Self::ACTIVE.contains(&self)
    }

    /// While it is so, nobody else changes the app's web process or its droplet.
    pub fn is_progressing(self) -> bool {
        self.is_active() && self != Self::Canceling
    }
}

text_enum! {
    pub enum DeploymentStrategy {
        Rolling = "rolling",
        Canary = "canary",
    }
}

/// A deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployment {
    pub guid: Guid<Deployment>,
    pub app: Guid<App>,
    pub state: DeploymentState,
    /// Ended because another one of the app began.
    pub is_superseded: bool,
    pub strategy: DeploymentStrategy,
    pub options: DeploymentOptions,
    /// What it brings. It may be deleted since.
    pub droplet: Option<Guid<Droplet>>,
    /// What it goes back to.
    pub previous_droplet: Option<Guid<Droplet>>,
    /// With its version. `None` where the app has no revisions, or has them no more.
    pub revision: Option<(Guid<Revision>, u32)>,
    /// The process that it makes; `None` if the app was stopped. It may be gone since.
    pub web_process: Option<Guid<Process>>,
    /// What the app ran before its first deployment in a row.
    pub original_instances: InstanceCount,
    /// From 1; of the strategy canary only.
    pub canary_step: Option<u32>,
    /// What kept it from going on when it was last looked at.
    pub error: Option<String>,
    /// When it last had healthy instances to go on with.
    pub last_healthy_at: Timestamp,
    /// When [`Self::status`] last changed.
    pub status_changed_at: Timestamp,
    pub metadata: Metadata,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeploymentOptions {
    /// Instances that may be starting at a time, at least 1.
    pub max_in_flight: u32,
    /// Of the new process; `None` is as many as there were. So for the others.
    pub web_instances: Option<InstanceCount>,
    pub memory: Option<Megabytes>,
    pub disk: Option<Megabytes>,
    pub log_rate: Option<LogRate>,
    /// In the order in which they are taken. An empty list is as none.
    pub canary_steps: Option<Vec<Weight>>,
}

impl Default for DeploymentOptions {
    fn default() -> Self {
        Self {
            max_in_flight: 1,
            web_instances: None,
            memory: None,
            disk: None,
            log_rate: None,
            canary_steps: None,
        }
    }
}

/// What an app is to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeploymentSource {
    /// The app's current droplet.
    Current,
    Droplet(Guid<Droplet>),
    /// What the app ran with that revision.
    Revision(Guid<Revision>),
}

/// A decoded request to deploy.
#[derive(Clone, Debug)]
pub struct CreateDeployment {
    pub app: Guid<App>,
    pub source: DeploymentSource,
    pub strategy: DeploymentStrategy,
    pub options: DeploymentOptions,
    pub metadata: MetadataPatch,
}

#[derive(Clone, Debug, Default)]
pub struct DeploymentFilter {
    pub common: Common,
    pub app_guids: AnyOf,
    pub states: AnyOf,
    pub status_reasons: AnyOf,
    pub status_values: AnyOf,
}

/// How many deployments of an app are kept beside an active one.
pub const KEPT: usize = 100;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeploymentError {
    #[error("Unable to use app. Ensure that the app exists and you have access to it.")]
    InvalidApp,
    #[error("Cannot create deployment from a revision for an app without revisions enabled")]
    WithoutRevisions,
    #[error("The revision does not exist")]
    UnknownRevision,
    #[error("Unable to deploy this revision, the droplet for this revision no longer exists.")]
    RevisionWithoutDroplet,
    #[error("Invalid droplet. Please specify a droplet in the request or set a current droplet for the app.")]
    NoDroplet,
    #[error(
        "Unable to rollback. The code and configuration you are rolling back to is the same as the deployed revision."
    )]
    SameRevision,
    #[error("Cannot cancel a deployment with status: {} and reason: {}", .0.value, .0.reason)]
    NotCancelable(Status),
    #[error("Cannot continue a deployment with status: {} and reason: {}", .0.value, .0.reason)]
    NotContinuable(Status),
    /// What the new process breaks, with a hint where a quota is too small for both processes.
    #[error("{0}")]
    Process(String),
}

impl Deployment {
    /// One that begins with a new web process, or the same of a stopped app, see [`Self::deployed_at_once`]. `running` is the number of
    /// instances of the app's oldest web process, `previous` the active deployment, if there is one.
    pub fn new(
        guid: Guid<Self>,
        app: &Guid<App>,
        strategy: DeploymentStrategy,
        options: DeploymentOptions,
        running: InstanceCount,
        previous: Option<&Self>,
        now: Timestamp,
    ) -> Self {
        let is_canary = strategy == DeploymentStrategy::Canary;
        Self {
            guid,
            app: app.clone(),
            state: if is_canary { DeploymentState::Prepaused } else { DeploymentState::Deploying },
            is_superseded: false,
            strategy,
            options,
            droplet: None,
            previous_droplet: None,
            revision: None,
            web_process: None,
            original_instances: previous.map_or(running, |previous| previous.original_instances),
            canary_step: is_canary.then_some(1),
            error: None,
            last_healthy_at: now,
            status_changed_at: now,
            metadata: Metadata::default(),
            created_at: now,
            updated_at: now,
        }
    }

    /// The new web process: as the app's newest one, with what the deployment has of its own, started.
    pub fn new_web_process(
        &self,
        newest: &Process,
        revision: Option<&Revision>,
        guid: Guid<Process>,
        version: Guid<ProcessVersion>,
        now: Timestamp,
    ) -> Process {
        let first = self.goal().new.get().min(self.options.max_in_flight);
        let process = Process {
            guid,
            command: match revision {
                Some(revision) => revision.command(&newest.kind).map(str::to_owned),
                None => newest.command.clone(),
            },
            instances: InstanceCount::new(first.into()).unwrap_or(InstanceCount::ONE),
            version: version.clone(),
            state: DesiredState::Stopped,
            revision: revision.map(|revision| revision.guid.clone()),
            created_at: now,
            updated_at: now,
            ..newest.clone()
        };
        self.options.applied_to(process).in_state(DesiredState::Started, version, now)
    }
}

impl DeploymentOptions {
    /// The process with the sizes that are asked for; not the number of its instances.
    pub fn applied_to(&self, process: Process) -> Process {
        Process {
            memory: self.memory.unwrap_or(process.memory),
            disk: self.disk.unwrap_or(process.disk),
            log_rate: self.log_rate.unwrap_or(process.log_rate),
            ..process
        }
    }

    /// Whether something is asked for that quotas limit.
    pub fn ask_for_more(&self) -> bool {
        self.web_instances.is_some() || self.memory.is_some() || self.log_rate.is_some()
    }
}

/// Problems of the new process as a deployment tells of them: what a quota has no room for comes with the place whose quota it is.
pub fn too_much(error: &ProcessError, space: &Name, organization: &Name) -> DeploymentError {
    let is_of = |quotas: [QuotaError; 2]| match error {
        ProcessError::Invalid(problems) => problems
            .iter()
            .any(|problem| matches!(problem, ProcessProblem::Quota(broken) if quotas.contains(broken))),
        _ => false,
    };
    let hint = |place, name| {
        format!(
            " for {place} {name}. This {place}'s quota may not be large enough to support rolling deployments or your configured \
             max-in-flight."
        )
    };
    let hint = if is_of([QuotaError::SpaceMemory, QuotaError::SpaceInstances]) {
        hint("space", space)
    } else if is_of([QuotaError::OrganizationMemory, QuotaError::OrganizationInstances]) {
        hint("organization", organization)
    } else {
        String::new()
    };
    DeploymentError::Process(format!("{error}{hint}"))
}

#[cfg(test)]
mod tests;
