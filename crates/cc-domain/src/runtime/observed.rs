//! What an engine says about work it has.

use super::key::{Fingerprint, ProcessKey, ProcessRef, TaskId};
use super::spec::{Placement, Tag};
use std::collections::BTreeMap;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InstanceState {
    /// Not placed yet; `placement_error` says why if it cannot be.
    Pending,
    Starting,
    Running,
    /// Waits for its next start.
    Crashed,
    /// Was asked to end and has not yet.
    Stopping,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    Ordinary,
    Evacuating,
    Suspect,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortMap {
    pub container: u16,
    pub host: u16,
    pub container_tls: Option<u16>,
    pub host_tls: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Net {
    /// Address where the host ports are.
    pub host: String,
    pub instance_ip: String,
    pub ports: Vec<PortMap>,
}

/// One actual instance. `guid` changes with each start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    pub key: ProcessKey,
    pub index: u32,
    /// None while it is pending or crashed.
    pub guid: Option<String>,
    pub cell: Option<String>,
    pub state: InstanceState,
    pub placement_error: Option<String>,
    /// None: the engine does not say.
    pub routable: Option<bool>,
    /// When it entered `state`, nanoseconds since the epoch.
    pub since_ns: i64,
    pub crash_count: u32,
    pub crash_reason: Option<String>,
    pub net: Net,
    pub presence: Presence,
    pub tags: BTreeMap<String, Tag>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservedProcess {
    pub key: ProcessRef,
    pub fingerprint: Fingerprint,
    /// Desired number.
    pub instances: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessView {
    pub fingerprint: Fingerprint,
    pub instances: u32,
    pub placement: Placement,
    pub tags: BTreeMap<String, Tag>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaskState {
    Pending,
    Running,
    Completed {
        failed: bool,
        reason: String,
        /// What it left, empty if nothing.
        result: String,
    },
}

/// A task, or a build under its guid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservedTask {
    /// Ours, or text that only the engine knows.
    pub id: TaskId,
    pub state: TaskState,
}

/// Measured use of one instance.
#[derive(Debug, Clone, PartialEq)]
pub struct Usage {
    pub index: u32,
    /// 1.0 is one core.
    pub cpu: f64,
    pub cpu_entitlement: Option<f64>,
    /// Bytes, as all that follow; rates are a second.
    pub memory: u64,
    pub disk: u64,
    pub log_rate: u64,
    pub memory_quota: u64,
    pub disk_quota: u64,
    /// None: unlimited.
    pub log_rate_limit: Option<i64>,
    /// Nanoseconds since the epoch.
    pub at_ns: i64,
}
