//! The port to an engine.

use super::key::{BuildId, ProcessKey, ProcessRef, TaskId};
use super::observed::{Instance, ObservedProcess, ObservedTask, ProcessView, Usage};
use super::spec::{BuildSpec, ProcessPatch, ProcessSpec, TaskSpec};
use crate::guid::Guid;
use crate::process::Process;
use async_trait::async_trait;
use std::time::Duration;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkKind {
    Processes,
    Tasks,
    Builds,
}

/// What an engine can do; anything else is answered with [`RuntimeError::Unsupported`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Capabilities {
    pub docker: bool,
    pub cnb: bool,
    pub ssh: bool,
    pub tcp_routes: bool,
    pub isolation_segments: bool,
    pub sidecars: bool,
    pub tasks: bool,
    pub readiness: bool,
    pub usage: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ensured {
    Created,
    Updated,
    Unchanged,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuntimeError {
    /// Safe to retry, effect unknown.
    #[error("the runtime does not answer: {0}")]
    Unavailable(String),
    /// Retry is useless until the spec changes.
    #[error("the runtime refuses the request: {0}")]
    Invalid(String),
    #[error("the runtime does not know it")]
    NotFound,
    #[error("the runtime has it in another form")]
    Conflict,
    #[error("the runtime does not support {0}")]
    Unsupported(&'static str),
    #[error("the runtime failed: {0}")]
    Internal(String),
}

/// An engine that stages and runs apps.
///
/// 1. Mutations are idempotent by key: twice equals once.
/// 2. A new version is a new key; only the caller removes the old one.
/// 3. `Ok` means recorded durably, not placed. Placement problems show as pending instances or failed outcomes.
/// 4. Every accepted task or build ends in exactly one stored outcome, reported at least once.
/// 5. Crash events carry the count after the crash; crashed instances are restarted with backoff. Indices are
///    `0..instances`; shrinking stops the highest.
/// 6. Lists are complete or an error.
/// 7. Calls happen after the database commit; one that got lost is repaired by the sync.
///
/// Dropping a future leaves no half-done local state; the effect is then unknown, as in `Unavailable`.
#[cfg_attr(feature = "testing", mockall::automock)]
#[async_trait]
pub trait Runtime: Send + Sync + 'static {
    fn capabilities(&self) -> Capabilities;

    async fn ping(&self) -> Result<(), RuntimeError>;

    /// An existing key with the same fingerprint is `Unchanged`; with another one instances, routes and tags are
    /// updated and containers kept.
    async fn ensure_process(&self, spec: &ProcessSpec) -> Result<Ensured, RuntimeError>;

    /// `NotFound`: the caller falls back to `ensure_process`.
    async fn patch_process(&self, patch: &ProcessPatch) -> Result<(), RuntimeError>;

    /// Unknown is `Ok`.
    async fn remove_process(&self, key: &ProcessRef) -> Result<(), RuntimeError>;

    /// It is started again with a new guid; unknown is `Ok`.
    async fn stop_instance(&self, key: &ProcessKey, index: u32) -> Result<(), RuntimeError>;

    async fn list_processes(&self) -> Result<Vec<ObservedProcess>, RuntimeError>;

    /// All versions of one process that it has.
    async fn versions_of(&self, process: &Guid<Process>) -> Result<Vec<ProcessKey>, RuntimeError>;

    async fn describe_process(&self, key: &ProcessKey) -> Result<Option<ProcessView>, RuntimeError>;

    /// Those of all the keys, unordered.
    async fn instances(&self, keys: &[ProcessKey]) -> Result<Vec<Instance>, RuntimeError>;

    async fn run_task(&self, spec: &TaskSpec) -> Result<(), RuntimeError>;

    /// Unknown or finished is `Ok`.
    async fn cancel_task(&self, id: &TaskId) -> Result<(), RuntimeError>;

    async fn find_task(&self, id: &TaskId) -> Result<Option<ObservedTask>, RuntimeError>;

    async fn list_tasks(&self) -> Result<Vec<ObservedTask>, RuntimeError>;

    async fn start_build(&self, spec: &BuildSpec) -> Result<(), RuntimeError>;

    /// Unknown or finished is `Ok`. The outcome is reported like any other, failed with `task was cancelled`.
    async fn cancel_build(&self, id: &BuildId) -> Result<(), RuntimeError>;

    /// None once its outcome is acknowledged.
    async fn find_build(&self, id: &BuildId) -> Result<Option<ObservedTask>, RuntimeError>;

    /// Everything of this kind is now as the caller wants it, for `ttl`.
    async fn mark_fresh(&self, what: WorkKind, ttl: Duration) -> Result<(), RuntimeError>;

    /// Of the running instances of a process, at most a few seconds old.
    async fn usage(&self, key: &ProcessKey) -> Result<Vec<Usage>, RuntimeError>;
}
