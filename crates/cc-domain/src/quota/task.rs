//! What quotas let a new task have.

use super::admit::{exceeds, log_rate_exceeds, name};
use super::{Bounds, QuotaError, Quotas};
use crate::quantity::{LogRate, Megabytes};

/// What a new task takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaskDemand {
    pub memory: Megabytes,
    pub log_rate: LogRate,
}

/// Every limit that the task breaks; empty lets it in. The organization comes first, and what is said of one attribute stands together.
pub fn admit_task(demand: &TaskDemand, quotas: &Quotas) -> Vec<QuotaError> {
    let TaskDemand { memory, log_rate } = *demand;
    let memory = u64::from(memory.get());
    let memory_full = |b: &Bounds| exceeds(b.limits.total_memory, b.usage.memory, memory);
    let instance_full = |b: &Bounds| exceeds(b.limits.per_process_memory, 0, memory);
    let is_unlimited = |b: &Bounds| log_rate.limit().is_none() && b.limits.log_rate.is_some();
    let rate_full = |b: &Bounds| log_rate_exceeds(b.limits.log_rate, b.usage.log_rate, 0, log_rate.limit());
    let tasks_full = |b: &Bounds| exceeds(b.limits.per_app_tasks, b.usage.tasks, 1);
    let (space, organization) = (quotas.space.as_ref(), quotas.organization.as_ref());
    let is = |bounds: Option<&Bounds>, broken: &dyn Fn(&Bounds) -> bool| bounds.is_some_and(broken);
    let unlimited_here = QuotaError::OrganizationLogRateUnlimited(name(organization));
    let unlimited_there = QuotaError::SpaceLogRateUnlimited(name(space));
    let broken = [
        (is(organization, &memory_full), QuotaError::OrganizationTaskMemory),
        (is(organization, &instance_full), QuotaError::OrganizationTaskInstanceMemory),
        (is(organization, &is_unlimited), unlimited_here),
        (is(organization, &rate_full), QuotaError::OrganizationLogRate),
        (is(organization, &tasks_full), QuotaError::Tasks),
        (is(space, &memory_full), QuotaError::SpaceTaskMemory),
        (is(space, &instance_full), QuotaError::SpaceTaskInstanceMemory),
        (is(space, &is_unlimited), unlimited_there),
        (is(space, &rate_full), QuotaError::SpaceLogRate),
        (is(space, &tasks_full), QuotaError::Tasks),
    ];
    let mut errors: Vec<_> = broken.into_iter().filter(|(is_broken, _)| *is_broken).map(|(_, e)| e).collect();
    let attributes: Vec<_> = errors.iter().map(QuotaError::attribute).collect();
    errors.sort_by_key(|error| attributes.iter().position(|attribute| *attribute == error.attribute()));
    errors
}
