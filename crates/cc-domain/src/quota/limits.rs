//! The limits of a quota, and its name.

use crate::patch::Patch;
use std::fmt;

/// Limits of one quota; `None` is unlimited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Megabytes of all started instances and active tasks.
    pub total_memory: Option<u64>,
    /// Megabytes of one instance or task.
    pub per_process_memory: Option<u64>,
    /// Instances of all started processes.
    pub total_instances: Option<u64>,
    /// Active tasks of the whole place, whatever the name says.
    pub per_app_tasks: Option<u64>,
    /// Bytes a second of all started instances and active tasks.
    pub log_rate: Option<u64>,
    pub are_paid_services_allowed: bool,
    /// Managed ones only.
    pub total_service_instances: Option<u64>,
    pub total_service_keys: Option<u64>,
    pub total_routes: Option<u64>,
    /// Routes with a port of a router group.
    pub total_reserved_ports: Option<u64>,
    /// Private domains that an organization owns. A space has none.
    pub total_domains: Option<u64>,
}

impl Default for Limits {
    /// Everything is allowed.
    fn default() -> Self {
        Self {
            total_memory: None,
            per_process_memory: None,
            total_instances: None,
            per_app_tasks: None,
            log_rate: None,
            are_paid_services_allowed: true,
            total_service_instances: None,
            total_service_keys: None,
            total_routes: None,
            total_reserved_ports: None,
            total_domains: None,
        }
    }
}

/// A decoded change of limits; null is unlimited, and allows paid services.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LimitsPatch {
    pub total_memory: Patch<u64>,
    pub per_process_memory: Patch<u64>,
    pub total_instances: Patch<u64>,
    pub per_app_tasks: Patch<u64>,
    pub log_rate: Patch<u64>,
    pub are_paid_services_allowed: Patch<bool>,
    pub total_service_instances: Patch<u64>,
    pub total_service_keys: Patch<u64>,
    pub total_routes: Patch<u64>,
    pub total_reserved_ports: Patch<u64>,
    pub total_domains: Patch<u64>,
}

impl LimitsPatch {
    /// The largest number of each limit but the log rate's, which ends at 64 bits.
    pub const MAX: u64 = i32::MAX as u64;
    pub const MAX_LOG_RATE: u64 = i64::MAX as u64;
}

impl Limits {
    /// The limits after a change. What is absent from it stays.
    pub fn patched(&self, change: &LimitsPatch) -> Self {
        let limit = |patch: &Patch<u64>, current: Option<u64>| patch.clone().apply(current);
        Self {
            total_memory: limit(&change.total_memory, self.total_memory),
            per_process_memory: limit(&change.per_process_memory, self.per_process_memory),
            total_instances: limit(&change.total_instances, self.total_instances),
            per_app_tasks: limit(&change.per_app_tasks, self.per_app_tasks),
            log_rate: limit(&change.log_rate, self.log_rate),
            are_paid_services_allowed: change
                .are_paid_services_allowed
                .clone()
                .apply(Some(self.are_paid_services_allowed))
                .unwrap_or(true),
            total_service_instances: limit(&change.total_service_instances, self.total_service_instances),
            total_service_keys: limit(&change.total_service_keys, self.total_service_keys),
            total_routes: limit(&change.total_routes, self.total_routes),
            total_reserved_ports: limit(&change.total_reserved_ports, self.total_reserved_ports),
            total_domains: limit(&change.total_domains, self.total_domains),
        }
    }

    /// Whether more ports may be reserved than there may be routes.
    pub fn has_more_ports_than(&self, most: Option<u64>) -> bool {
        matches!((self.total_reserved_ports, most), (Some(ports), Some(most)) if ports > most)
    }

    /// Whether what runs has to be counted to say if more of it fits.
    pub fn count_what_runs(&self) -> bool {
        self.total_memory.is_some()
            || self.total_instances.is_some()
            || self.log_rate.is_some()
            || self.per_app_tasks.is_some()
    }

    /// Whether routes have to be counted.
    pub fn count_routes(&self) -> bool {
        self.total_routes.is_some() || self.total_reserved_ports.is_some()
    }
}

/// 1 to 250 characters of any kind, not all of them blank; nothing is trimmed (domain-rules 1.1).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QuotaName(Box<str>);

impl QuotaName {
    pub const MAX_CHARS: usize = 250;

    /// `None` for a text that is blank or too long.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = !text.trim().is_empty() && text.chars().count() <= Self::MAX_CHARS;
        fits.then(|| Self(text.into()))
    }

    /// Takes a name that passed [`QuotaName::parse`] when it was stored.
    pub fn stored(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for QuotaName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
