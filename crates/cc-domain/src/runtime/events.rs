//! What an engine reports back, at least once each.

use super::artifact::Digests;
use super::key::{BuildId, ProcessKey, TaskId};
use async_trait::async_trait;

/// Answer to a report. Over HTTP: 200, 200, 404, 400, 503.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ack {
    Recorded,
    Duplicate,
    Unknown,
    Rejected(String),
    RetryLater,
}

impl Ack {
    /// False: the same report has to come again.
    pub fn is_final(&self) -> bool {
        !matches!(self, Self::RetryLater)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskOutcome {
    pub task: TaskId,
    pub failed: bool,
    /// Empty unless it failed.
    pub reason: String,
    pub at_ns: i64,
}

/// A build that went well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staged {
    /// The staging result as JSON text (diego 3.2).
    pub result: String,
    /// What the sink stored; None where uploads are reported on their own (Diego) or there is no droplet (docker).
    pub droplet: Option<Digests>,
    pub cache: Option<Digests>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildOutcome {
    pub build: BuildId,
    /// Err: the failure reason, whose suffix or prefix names the error (diego 3.2), as in `Exited with status 223`.
    pub result: Result<Staged, String>,
    /// `start_after` of the spec.
    pub start: bool,
    pub at_ns: i64,
}

/// Where an event happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstancePlace {
    pub key: ProcessKey,
    pub index: u32,
    pub instance: String,
    pub cell: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InstanceEvent {
    Crashed {
        at: InstancePlace,
        /// `CRASHED`.
        reason: String,
        /// None: it did not end by itself.
        exit_status: Option<i32>,
        description: String,
        /// This crash included.
        count: u32,
        at_ns: i64,
    },
    Rescheduling {
        at: InstancePlace,
        reason: String,
    },
    Readiness {
        at: InstancePlace,
        ready: bool,
    },
}

/// Implemented by the use cases; called by an engine on this machine, or by the internal HTTP listener for Diego.
#[cfg_attr(feature = "testing", mockall::automock)]
#[async_trait]
pub trait RuntimeEvents: Send + Sync + 'static {
    async fn task_finished(&self, outcome: TaskOutcome) -> Ack;

    /// May come before the call that started the build returned.
    async fn build_finished(&self, outcome: BuildOutcome) -> Ack;

    async fn instance_event(&self, event: InstanceEvent) -> Ack;
}
