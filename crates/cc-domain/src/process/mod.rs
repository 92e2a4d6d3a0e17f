//! Processes: what of an app runs, how often and with how much (domain-rules 14).

pub mod health_check;
pub mod policy;
pub mod ports;
pub mod process_type;
mod scale;
pub mod spec;
pub mod stats;
mod update;

pub use health_check::{
    Endpoint, EndpointError, HealthCheck, HealthCheckKind, HealthCheckUpdate, ReadinessCheck, ReadinessKind,
    Seconds,
};
pub use process_type::ProcessType;
pub use scale::ScaleProcess;
pub use update::UpdateProcess;

use crate::app::{App, DesiredState};
use crate::guid::Guid;
use crate::list::{AnyOf, Common};
use crate::metadata::Metadata;
use crate::quantity::{InstanceCount, LogRate, Megabytes};
use crate::revision::Revision;
use crate::time::Timestamp;

/// A process of an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// The app's own guid for its first `web`.
    pub guid: Guid<Process>,
    pub app: Guid<App>,
    /// Case counts; one for each type but `web`, of which deployments make several.
    pub kind: ProcessType,
    /// `None` runs what staging found.
    pub command: Option<String>,
    /// `None` is the lifecycle's user.
    pub user: Option<String>,
    pub instances: InstanceCount,
    pub memory: Megabytes,
    pub disk: Megabytes,
    pub log_rate: LogRate,
    pub health_check: HealthCheck,
    pub readiness_check: ReadinessCheck,
    /// Those that destinations name; empty leaves it to the lifecycle.
    pub ports: Vec<u16>,
    /// What engines know this state of the process by, a UUID; renewed by every start.
    pub version: Guid<ProcessVersion>,
    /// Follows the app's.
    pub state: DesiredState,
    /// What it was last started with; it may be gone.
    pub revision: Option<Guid<Revision>>,
    pub metadata: Metadata,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Marker of process versions.
#[derive(Clone, Debug)]
pub enum ProcessVersion {}

/// What the operator sets for processes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessSettings {
    pub default_memory: Megabytes,
    pub default_disk: Megabytes,
    pub default_log_rate: LogRate,
    pub max_disk: Megabytes,
    pub default_health_check_timeout: Seconds,
    pub max_health_check_timeout: Seconds,
    /// Besides `vcap`.
    pub additional_users: Vec<String>,
}

impl Default for ProcessSettings {
    fn default() -> Self {
        Self {
            default_memory: Megabytes::new(1_024).expect("within bounds"),
            default_disk: Megabytes::new(1_024).expect("within bounds"),
            default_log_rate: LogRate::new(1_048_576).expect("within bounds"),
            max_disk: Megabytes::new(2_048).expect("within bounds"),
            default_health_check_timeout: Seconds::new(60).expect("within bounds"),
            max_health_check_timeout: Seconds::new(180).expect("within bounds"),
            additional_users: Vec::new(),
        }
    }
}

#[derive(Clone, Debug, Default)]
pub struct ProcessFilter {
    pub common: Common,
    pub types: AnyOf,
    pub app_guids: AnyOf,
    pub space_guids: AnyOf,
    pub organization_guids: AnyOf,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProcessError {
    #[error("Cannot update this process while a deployment is in flight.")]
    UpdateWhileDeploying,
    #[error("Cannot scale this process while a deployment is in flight.")]
    ScaleWhileDeploying,
    #[error("The requested memory allocation is not large enough to run all of your sidecar processes")]
    TooSmallForSidecars,
    /// Several problems at once, in the order of the reference.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))]
    Invalid(Vec<ProcessProblem>),
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProcessProblem {
    #[error("disk_quota too much disk requested (requested {requested} MB - must be less than {max} MB)")]
    Disk { requested: Megabytes, max: Megabytes },
    #[error("health_check_timeout Maximum exceeded: max {0}s")]
    HealthCheckTimeout(Seconds),
    /// Missing; one that is no path is none.
    #[error("health_check_http_endpoint HTTP health check endpoint is not a valid URI path: ")]
    HealthCheckEndpoint,
    #[error(
        "readiness_health_check_http_endpoint HTTP readiness health check endpoint is not a valid URI path: "
    )]
    ReadinessEndpoint,
    #[error(transparent)]
    User(#[from] UserRefused),
    #[error(transparent)]
    Quota(#[from] crate::quota::QuotaError),
}

/// Nothing may run as this user.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("user invalid (requested user '{user}' not allowed, permitted users are: {permitted})")]
pub struct UserRefused {
    pub user: String,
    pub permitted: String,
}

impl Process {
    /// The first `web` of a new app: same guid, stopped, one instance.
    pub fn new_web(
        app: &App,
        version: Guid<ProcessVersion>,
        settings: &ProcessSettings,
        now: Timestamp,
    ) -> Self {
        Self {
            state: app.state,
            ..Self::of_type(app.guid.cast(), app.guid.clone(), ProcessType::web(), version, settings, now)
        }
    }

    /// A process that a droplet or manifest brings to an app: one instance for `web`, none for others, in the app's state.
    pub fn new(
        guid: Guid<Self>,
        app: &App,
        kind: ProcessType,
        version: Guid<ProcessVersion>,
        settings: &ProcessSettings,
        now: Timestamp,
    ) -> Self {
        Self { state: app.state, ..Self::of_type(guid, app.guid.clone(), kind, version, settings, now) }
    }

    fn of_type(
        guid: Guid<Self>,
        app: Guid<App>,
        kind: ProcessType,
        version: Guid<ProcessVersion>,
        settings: &ProcessSettings,
        now: Timestamp,
    ) -> Self {
        let is_web = kind.is_web();
        Self {
            guid,
            app,
            kind,
            command: None,
            user: None,
            instances: if is_web { InstanceCount::ONE } else { InstanceCount::ZERO },
            memory: settings.default_memory,
            disk: settings.default_disk,
            log_rate: settings.default_log_rate,
            health_check: HealthCheck::of(if is_web {
                HealthCheckKind::Port
            } else {
                HealthCheckKind::Process
            }),
            readiness_check: ReadinessCheck::default(),
            ports: Vec::new(),
            version,
            state: DesiredState::Stopped,
            revision: None,
            metadata: Metadata::default(),
            created_at: now,
            updated_at: now,
        }
    }

    pub fn is_started(&self) -> bool {
        self.state == DesiredState::Started
    }

    /// The process in the app's new state. Becoming started makes `version` its version; anything else keeps the old one.
    pub fn in_state(mut self, state: DesiredState, version: Guid<ProcessVersion>, now: Timestamp) -> Self {
        if self.state != state {
            if state == DesiredState::Started {
                self.version = version;
            }
            self.state = state;
            self.updated_at = now;
        }
        self
    }

    /// Stopped and started again: always a new version.
    pub fn restarted(mut self, version: Guid<ProcessVersion>, now: Timestamp) -> Self {
        self.version = version;
        self.state = DesiredState::Started;
        self.updated_at = now;
        self
    }

    /// Whether an engine should have instances of it.
    pub fn is_wanted(&self) -> bool {
        self.is_started() && self.instances.get() > 0
    }

    /// What it runs: its own command, or what staging found. `None` if neither is known.
    pub fn effective_command<'a>(&'a self, droplet: Option<&'a crate::droplet::Droplet>) -> Option<&'a str> {
        self.command.as_deref().or_else(|| droplet.and_then(|d| d.detected_command(&self.kind)))
    }
}

/// Of several processes of one type the newest is the one that counts: by creation, then by guid.
pub fn current<'a>(
    processes: impl IntoIterator<Item = &'a Process>,
    kind: &ProcessType,
) -> Option<&'a Process> {
    processes.into_iter().filter(|p| p.kind == *kind).max_by_key(|p| (p.created_at, &p.guid))
}

#[cfg(test)]
mod tests;
