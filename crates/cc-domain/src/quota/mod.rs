//! What quotas let in (domain-rules 8.3). Every limit of the space and of the organization is checked on its own; nothing is merged.

use crate::quantity::{InstanceCount, LogRate, Megabytes};

/// Limits of one quota; `None` is unlimited.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Megabytes of all started instances and active tasks.
    pub total_memory: Option<u64>,
    /// Megabytes of one instance.
    pub per_process_memory: Option<u64>,
    /// Instances of all started processes.
    pub total_instances: Option<u64>,
    /// Bytes a second of all started instances and active tasks.
    pub log_rate: Option<u64>,
}

/// What is used by everything but the process in question.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    pub memory: u64,
    pub instances: u64,
    /// Those without a limit count nothing.
    pub log_rate: u64,
}

impl Usage {
    /// Counts a started process.
    pub fn add(&mut self, memory: Megabytes, instances: InstanceCount, log_rate: LogRate) {
        let count = u64::from(instances.get());
        self.memory = self.memory.saturating_add(u64::from(memory.get()).saturating_mul(count));
        self.instances = self.instances.saturating_add(count);
        self.log_rate = self.log_rate.saturating_add(log_rate.limit().unwrap_or(0).saturating_mul(count));
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

/// What a started process takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Demand {
    pub memory: Megabytes,
    pub instances: InstanceCount,
    /// `None` if neither rate nor instances change, and then it is not checked.
    pub log_rate: Option<LogRate>,
}

/// The texts are those the reference puts into the answer, joined by commas.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuotaError {
    #[error("memory space_quota_exceeded")]
    SpaceMemory,
    #[error("memory quota_exceeded")]
    OrganizationMemory,
    #[error("memory instance_memory_limit_exceeded")]
    OrganizationInstanceMemory,
    #[error("memory space_instance_memory_limit_exceeded")]
    SpaceInstanceMemory,
    #[error("app_instance_limit app_instance_limit_exceeded")]
    OrganizationInstances,
    #[error("app_instance_limit space_app_instance_limit_exceeded")]
    SpaceInstances,
    #[error("log_rate_limit cannot be unlimited in space '{0}'.")]
    SpaceLogRateUnlimited(String),
    #[error("log_rate_limit cannot be unlimited in organization '{0}'.")]
    OrganizationLogRateUnlimited(String),
    #[error("log_rate_limit exceeds space log rate quota")]
    SpaceLogRate,
    #[error("log_rate_limit exceeds organization log rate quota")]
    OrganizationLogRate,
}

fn exceeds(limit: Option<u64>, used: u64, wanted: u64) -> bool {
    limit.is_some_and(|limit| used.saturating_add(wanted) > limit)
}

/// Every limit that the demand breaks, in the order of the reference; empty lets it in.
pub fn admit(demand: &Demand, quotas: &Quotas) -> Vec<QuotaError> {
    let (space, organization) = (quotas.space.as_ref(), quotas.organization.as_ref());
    let instances = u64::from(demand.instances.get());
    let memory = u64::from(demand.memory.get());
    let total = memory.saturating_mul(instances);
    let memory_full = |b: &Bounds| exceeds(b.limits.total_memory, b.usage.memory, total);
    let instance_full = |b: &Bounds| exceeds(b.limits.per_process_memory, 0, memory);
    let count_full = |b: &Bounds| exceeds(b.limits.total_instances, b.usage.instances, instances);
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
        errors.extend(space.and_then(|b| {
            log_rate(
                b,
                rate,
                instances,
                QuotaError::SpaceLogRate,
                QuotaError::SpaceLogRateUnlimited(b.name.clone()),
            )
        }));
        errors.extend(organization.and_then(|b| {
            let unlimited = QuotaError::OrganizationLogRateUnlimited(b.name.clone());
            log_rate(b, rate, instances, QuotaError::OrganizationLogRate, unlimited)
        }));
    }
    errors
}

fn log_rate(
    bounds: &Bounds,
    rate: LogRate,
    instances: u64,
    exceeded: QuotaError,
    unlimited: QuotaError,
) -> Option<QuotaError> {
    let limit = bounds.limits.log_rate?;
    match rate.limit() {
        None => Some(unlimited),
        Some(rate) if exceeds(Some(limit), bounds.usage.log_rate, rate.saturating_mul(instances)) => {
            Some(exceeded)
        }
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn limit() -> impl Strategy<Value = Option<u64>> {
        proptest::option::of(0_u64..64)
    }

    prop_compose! {
        fn bounds()(total_memory in limit(), per_process_memory in limit(), total_instances in limit(), log_rate in limit(),
                    memory in 0_u64..32, instances in 0_u64..8, rate in 0_u64..32) -> Bounds {
            let limits = Limits { total_memory, per_process_memory, total_instances, log_rate };
            Bounds { name: "n".into(), limits, usage: Usage { memory, instances, log_rate: rate } }
        }
    }

    prop_compose! {
        fn demand()(memory in 1_i64..32, instances in 0_i64..6, rate in proptest::option::of(-1_i64..16)) -> Demand {
            Demand {
                memory: Megabytes::new(memory).unwrap(),
                instances: InstanceCount::new(instances).unwrap(),
                log_rate: rate.and_then(LogRate::new),
            }
        }
    }

    fn fits(demand: &Demand, space: Option<&Bounds>, organization: Option<&Bounds>) -> bool {
        admit(demand, &Quotas { space: space.cloned(), organization: organization.cloned() }).is_empty()
    }

    proptest! {
        #[test]
        fn a_demand_fits_exactly_if_each_quota_alone_takes_it(d in demand(), s in bounds(), o in bounds()) {
            prop_assert_eq!(fits(&d, Some(&s), Some(&o)), fits(&d, Some(&s), None) && fits(&d, None, Some(&o)));
        }

        #[test]
        fn raising_or_removing_a_limit_refuses_nothing_more(d in demand(), b in bounds(), more in 0_u64..8) {
            if fits(&d, Some(&b), None) {
                let raised = |l: Option<u64>| l.map(|l| l + more);
                let limits = Limits {
                    total_memory: raised(b.limits.total_memory),
                    per_process_memory: None,
                    total_instances: raised(b.limits.total_instances),
                    log_rate: raised(b.limits.log_rate),
                };
                let raised = Bounds { limits, ..b };
                prop_assert!(fits(&d, Some(&raised), None));
            }
        }

        #[test]
        fn what_is_let_in_stays_within_the_limit(d in demand(), b in bounds()) {
            if let (true, Some(limit)) = (fits(&d, Some(&b), None), b.limits.total_memory) {
                prop_assert!(b.usage.memory + u64::from(d.memory.get()) * u64::from(d.instances.get()) <= limit);
            }
        }

        #[test]
        fn an_unlimited_log_rate_never_enters_a_finite_quota(d in demand(), b in bounds()) {
            let d = Demand { log_rate: Some(LogRate::UNLIMITED), ..d };
            prop_assert!(b.limits.log_rate.is_none() || !fits(&d, None, Some(&b)));
        }
    }
}
