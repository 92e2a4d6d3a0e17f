//! The decisions.

use super::{Bounds, QuotaError, Quotas, Usage};
use crate::quantity::{InstanceCount, LogRate, Megabytes};

/// What a started process takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Demand {
    pub memory: Megabytes,
    pub instances: InstanceCount,
    /// `None` if neither rate nor instances change, and then it is not checked.
    pub log_rate: Option<LogRate>,
    /// What the process has had before, which the usage contains.
    pub held: Usage,
}

pub(super) fn exceeds(limit: Option<u64>, used: u64, wanted: u64) -> bool {
    limit.is_some_and(|limit| used.saturating_add(wanted) > limit)
}

/// An unlimited rate asks for −1: that fits, unless even more is overdrawn.
pub(super) fn log_rate_exceeds(limit: Option<u64>, used: u64, before: u64, wanted: Option<u64>) -> bool {
    match wanted {
        Some(wanted) => exceeds(limit, used.saturating_sub(before), wanted),
        None => limit.is_some_and(|limit| used > limit.saturating_add(1)),
    }
}

/// Every limit that the demand breaks, in the order of the reference; empty lets it in.
pub fn admit(demand: &Demand, quotas: &Quotas) -> Vec<QuotaError> {
    let (space, organization) = (quotas.space.as_ref(), quotas.organization.as_ref());
    let instances = u64::from(demand.instances.get());
    let memory = u64::from(demand.memory.get());
    let total = memory.saturating_mul(instances);
    let others = |b: &Bounds| b.usage.without(demand.held);
    let memory_full = |b: &Bounds| exceeds(b.limits.total_memory, others(b).memory, total);
    let instance_full = |b: &Bounds| exceeds(b.limits.per_process_memory, 0, memory);
    let count_full = |b: &Bounds| exceeds(b.limits.total_instances, others(b).instances, instances);
    let mut errors = Vec::new();
    let mut check = |bounds: Option<&Bounds>, broken: &dyn Fn(&Bounds) -> bool, error: QuotaError| {
        if bounds.is_some_and(broken) {
            errors.push(error);
        }
    };
    check(space, &memory_full, QuotaError::SpaceMemory);
    check(organization, &memory_full, QuotaError::OrganizationMemory);
    check(organization, &instance_full, QuotaError::OrganizationInstanceMemory);
    check(space, &instance_full, QuotaError::SpaceInstanceMemory);
    check(organization, &count_full, QuotaError::OrganizationInstances);
    check(space, &count_full, QuotaError::SpaceInstances);
    if let Some(rate) = demand.log_rate {
        let wanted = rate.limit().map(|rate| rate.saturating_mul(instances));
        let is_unlimited = |b: &Bounds| wanted.is_none() && b.limits.log_rate.is_some();
        let rate_full =
            |b: &Bounds| log_rate_exceeds(b.limits.log_rate, b.usage.log_rate, demand.held.log_rate, wanted);
        check(space, &is_unlimited, QuotaError::SpaceLogRateUnlimited(name(space)));
        check(space, &rate_full, QuotaError::SpaceLogRate);
        check(organization, &is_unlimited, QuotaError::OrganizationLogRateUnlimited(name(organization)));
        check(organization, &rate_full, QuotaError::OrganizationLogRate);
    }
    errors
}

pub(super) fn name(bounds: Option<&Bounds>) -> String {
    bounds.map(|b| b.name.clone()).unwrap_or_default()
}

/// Whether a build may use this much memory; the first limit it breaks. Builds under way do not count as used.
pub fn admit_staging_memory(memory: Megabytes, quotas: &Quotas) -> Result<(), QuotaError> {
    let full = |b: &Bounds| exceeds(b.limits.total_memory, b.usage.memory, u64::from(memory.get()));
    refuse(quotas.space.as_ref().is_some_and(full), || QuotaError::SpaceStagingMemory(memory))?;
    refuse(quotas.organization.as_ref().is_some_and(full), || QuotaError::OrganizationStagingMemory(memory))
}

/// The same of the rate at which a build may log.
pub fn admit_staging_log_rate(log_rate: LogRate, quotas: &Quotas) -> Result<(), QuotaError> {
    let full = |b: &Bounds| log_rate_exceeds(b.limits.log_rate, b.usage.log_rate, 0, log_rate.limit());
    refuse(quotas.space.as_ref().is_some_and(full), || QuotaError::SpaceStagingLogRate(log_rate))?;
    refuse(quotas.organization.as_ref().is_some_and(full), || {
        QuotaError::OrganizationStagingLogRate(log_rate)
    })
}

/// Whether there may be one more route, which may reserve a port of a router group.
pub fn admit_route(reserves_port: bool, quotas: &Quotas) -> Result<(), QuotaError> {
    let routes_full = |b: &Bounds| exceeds(b.limits.total_routes, b.usage.routes, 1);
    // As many ports as routes, where their number is not limited itself.
    let ports_full = |b: &Bounds| {
        let most = b.limits.total_reserved_ports.or(b.limits.total_routes);
        reserves_port && exceeds(most, b.usage.reserved_ports, 1)
    };
    let (space, organization) = (quotas.space.as_ref(), quotas.organization.as_ref());
    refuse(space.is_some_and(routes_full), || QuotaError::SpaceRoutes(name(space)))?;
    refuse(space.is_some_and(ports_full), || QuotaError::SpaceReservedPorts(name(space)))?;
    refuse(organization.is_some_and(routes_full), || QuotaError::OrganizationRoutes(name(organization)))?;
    refuse(organization.is_some_and(ports_full), || QuotaError::OrganizationReservedPorts(name(organization)))
}

/// Whether an organization that owns so many private domains may have one more.
pub fn admit_domain(limit: Option<u64>, owned: u64, organization: &str) -> Result<(), QuotaError> {
    refuse(exceeds(limit, owned, 1), || QuotaError::Domains(organization.to_owned()))
}

pub(super) fn refuse(is_refused: bool, error: impl FnOnce() -> QuotaError) -> Result<(), QuotaError> {
    if is_refused { Err(error()) } else { Ok(()) }
}
