//! What quotas let in (domain-rules 8.3). Every limit of the space and of the organization is checked on its own; nothing is merged.

mod admit;
mod error;
mod limits;
pub mod policy;
pub mod ports;
mod service;
mod task;
mod write;

pub use admit::{Demand, admit, admit_domain, admit_route, admit_staging_log_rate, admit_staging_memory};
pub use error::QuotaError;
pub use limits::{Limits, LimitsPatch, QuotaName};
pub use service::{admit_service_instance, admit_service_key};
pub use task::{TaskDemand, admit_task};
pub(crate) use write::Problems;
pub use write::{QuotaProblem, Unlimited, UpdateQuota, unknown_guids};

use crate::guid::Guid;
use crate::organization::Organization;
use crate::quantity::{InstanceCount, LogRate, Megabytes};
use crate::space::Space;

/// What is used in a place. What was not counted is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Megabytes of started instances and active tasks.
    pub memory: u64,
    /// Started ones.
    pub instances: u64,
    /// Pending and running ones.
    pub tasks: u64,
    /// Bytes a second. Those without a limit count nothing.
    pub log_rate: u64,
    pub routes: u64,
    /// Routes of domains with a router group.
    pub reserved_ports: u64,
    /// Managed ones.
    pub service_instances: u64,
    pub service_keys: u64,
}

impl Usage {
    /// What a started process uses.
    pub fn of(memory: Megabytes, instances: InstanceCount, log_rate: LogRate) -> Self {
        let count = u64::from(instances.get());
        Self {
            memory: u64::from(memory.get()).saturating_mul(count),
            instances: count,
            log_rate: log_rate.limit().unwrap_or(0).saturating_mul(count),
            ..Self::default()
        }
    }

    /// What a pending or running task uses.
    pub fn of_task(memory: Megabytes, log_rate: LogRate) -> Self {
        Self { instances: 0, tasks: 1, ..Self::of(memory, InstanceCount::ONE, log_rate) }
    }

    /// The same so many times.
    #[must_use]
    pub fn times(self, count: u64) -> Self {
        self.each(|n| n.saturating_mul(count))
    }

    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.both(other, u64::saturating_add)
    }

    #[must_use]
    pub fn without(self, other: Self) -> Self {
        self.both(other, u64::saturating_sub)
    }

    fn each(self, number: impl Fn(u64) -> u64) -> Self {
        self.both(Self::default(), |n, _| number(n))
    }

    fn both(self, other: Self, number: impl Fn(u64, u64) -> u64) -> Self {
        Self {
            memory: number(self.memory, other.memory),
            instances: number(self.instances, other.instances),
            tasks: number(self.tasks, other.tasks),
            log_rate: number(self.log_rate, other.log_rate),
            routes: number(self.routes, other.routes),
            reserved_ports: number(self.reserved_ports, other.reserved_ports),
            service_instances: number(self.service_instances, other.service_instances),
            service_keys: number(self.service_keys, other.service_keys),
        }
    }
}

/// One quota where it applies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// Of the space or organization.
    pub name: String,
    pub limits: Limits,
    pub usage: Usage,
}

/// The quotas of a place; `None` where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quotas {
    pub space: Option<Bounds>,
    pub organization: Option<Bounds>,
}

impl Quotas {
    pub fn each(&self) -> impl Iterator<Item = &Bounds> {
        self.space.iter().chain(&self.organization)
    }

    /// The quotas with their usage changed.
    #[must_use]
    pub fn using(mut self, change: impl Fn(Usage) -> Usage) -> Self {
        for bounds in self.space.iter_mut().chain(&mut self.organization) {
            bounds.usage = change(bounds.usage);
        }
        self
    }

    /// The quotas of `space` with what each space of its organization uses.
    #[must_use]
    pub fn counted(mut self, space: &Guid<Space>, used: &[(Guid<Space>, Usage)]) -> Self {
        if let Some(bounds) = &mut self.space {
            bounds.usage = total(used.iter().filter(|(of, _)| of == space));
        }
        if let Some(bounds) = &mut self.organization {
            bounds.usage = total(used);
        }
        self
    }
}

/// What all of them use.
pub fn total<'a>(used: impl IntoIterator<Item = &'a (Guid<Space>, Usage)>) -> Usage {
    used.into_iter().fold(Usage::default(), |sum, (_, usage)| sum.and(*usage))
}

/// What a place uses, with the private domains of its organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsageSummary {
    pub usage: Usage,
    pub domains: u64,
}

/// What holds in a space, not counted yet.
#[derive(Clone, Debug)]
pub struct PlaceLimits {
    pub space: Guid<Space>,
    pub organization: Guid<Organization>,
    pub quotas: Quotas,
}

#[cfg(test)]
mod tests;
