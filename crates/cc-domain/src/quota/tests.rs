//! Properties of the decisions (domain-rules 35, 1 to 13).

use super::*;
use crate::organization_quota::{OrganizationQuota, OrganizationQuotaError};
use crate::patch::Patch;
use crate::space_quota::{CreateSpaceQuota, SpaceQuota};
use crate::time::Timestamp;
use proptest::prelude::*;

fn limit() -> impl Strategy<Value = Option<u64>> {
    proptest::option::of(0_u64..64)
}

prop_compose! {
    fn limits()(total_memory in limit(), per_process_memory in limit(), total_instances in limit(), log_rate in limit(),
                total_routes in limit(), total_reserved_ports in limit()) -> Limits {
        Limits {
            total_memory, per_process_memory, total_instances, log_rate, total_routes, total_reserved_ports, ..Limits::default()
        }
    }
}

prop_compose! {
    fn bounds()(limits in limits(), memory in 0_u64..32, instances in 0_u64..8, log_rate in 0_u64..32,
                routes in 0_u64..64, reserved_ports in 0_u64..64) -> Bounds {
        Bounds { name: "n".into(), limits, usage: Usage { memory, instances, log_rate, routes, reserved_ports, ..Usage::default() } }
    }
}

prop_compose! {
    fn demand()(memory in 1_i64..32, instances in 0_i64..6, rate in proptest::option::of(-1_i64..16)) -> Demand {
        Demand {
            memory: Megabytes::new(memory).unwrap(),
            instances: InstanceCount::new(instances).unwrap(),
            log_rate: rate.and_then(LogRate::new),
            held: Usage::default(),
        }
    }
}

fn of(space: Option<&Bounds>, organization: Option<&Bounds>) -> Quotas {
    Quotas { space: space.cloned(), organization: organization.cloned() }
}

fn fits(demand: &Demand, quotas: &Quotas) -> bool {
    admit(demand, quotas).is_empty()
}

/// Each limit raised or taken away.
fn raised(limits: &Limits, more: u64, removed: bool) -> Limits {
    let raise = |limit: Option<u64>| limit.filter(|_| !removed).map(|limit| limit + more);
    Limits {
        total_memory: raise(limits.total_memory),
        per_process_memory: raise(limits.per_process_memory),
        total_instances: raise(limits.total_instances),
        log_rate: raise(limits.log_rate),
        total_routes: raise(limits.total_routes),
        total_reserved_ports: raise(limits.total_reserved_ports),
        ..limits.clone()
    }
}

fn patch() -> impl Strategy<Value = Patch<u64>> {
    prop_oneof![Just(Patch::Absent), Just(Patch::Null), (0_u64..9).prop_map(Patch::Value)]
}

proptest! {
    #[test]
    fn a_demand_fits_exactly_if_each_quota_alone_takes_it(d in demand(), s in bounds(), o in bounds(), port in any::<bool>()) {
        let (both, s, o) = (of(Some(&s), Some(&o)), of(Some(&s), None), of(None, Some(&o)));
        prop_assert_eq!(fits(&d, &both), fits(&d, &s) && fits(&d, &o));
        prop_assert_eq!(admit_route(port, &both).is_ok(), admit_route(port, &s).is_ok() && admit_route(port, &o).is_ok());
        let staging = |q: &Quotas| {
            admit_staging_memory(d.memory, q).is_ok()
                && admit_staging_log_rate(d.log_rate.unwrap_or(LogRate::UNLIMITED), q).is_ok()
        };
        prop_assert_eq!(staging(&both), staging(&s) && staging(&o));
    }

    #[test]
    fn raising_or_removing_a_limit_refuses_nothing_more(
        d in demand(), b in bounds(), more in 0_u64..8, removed in any::<bool>(), port in any::<bool>()
    ) {
        let wider = of(Some(&Bounds { limits: raised(&b.limits, more, removed), ..b.clone() }), None);
        let b = of(Some(&b), None);
        prop_assert!(!fits(&d, &b) || fits(&d, &wider));
        prop_assert!(admit_staging_memory(d.memory, &b).is_err() || admit_staging_memory(d.memory, &wider).is_ok());
        prop_assert!(admit_route(port, &b).is_err() || admit_route(port, &wider).is_ok());
    }

    #[test]
    fn nothing_let_in_adds_to_what_is_over_a_limit(
        b in bounds(), steps in proptest::collection::vec(demand(), 1..12)
    ) {
        // One process that is scaled again and again beside others that use what `b` says.
        let (mut bounds, mut held) = (b, Usage::default());
        for d in steps {
            let d = Demand { held, ..d };
            if fits(&d, &of(None, Some(&bounds))) {
                let mut now = Usage::of(d.memory, d.instances, d.log_rate.unwrap_or(LogRate::UNLIMITED));
                if d.log_rate.is_none() {
                    now.log_rate = held.log_rate;
                }
                let after = bounds.usage.without(held).and(now);
                let is_kept = |limit: Option<u64>, before: u64, after: u64| {
                    limit.is_none_or(|limit| after <= limit) || after <= before
                };
                prop_assert!(is_kept(bounds.limits.total_memory, bounds.usage.memory, after.memory));
                prop_assert!(is_kept(bounds.limits.total_instances, bounds.usage.instances, after.instances));
                prop_assert!(is_kept(bounds.limits.log_rate, bounds.usage.log_rate, after.log_rate));
                (bounds.usage, held) = (after, now);
            }
        }
    }

    #[test]
    fn total_memory_does_not_care_how_it_is_split(memory in 1_i64..16, count in 1_i64..8, b in bounds()) {
        let only = Limits { total_memory: b.limits.total_memory, ..Limits::default() };
        let quotas = of(Some(&Bounds { limits: only, ..b }), None);
        let demand = |memory, instances| Demand {
            memory: Megabytes::new(memory).unwrap(),
            instances: InstanceCount::new(instances).unwrap(),
            log_rate: None,
            held: Usage::default(),
        };
        prop_assert_eq!(fits(&demand(memory, count), &quotas), fits(&demand(memory * count, 1), &quotas));
    }

    #[test]
    fn an_unlimited_log_rate_never_enters_a_finite_quota(d in demand(), b in bounds()) {
        let d = Demand { log_rate: Some(LogRate::UNLIMITED), ..d };
        prop_assert!(b.limits.log_rate.is_none() || !fits(&d, &of(None, Some(&b))));
    }

    #[test]
    fn routes_never_come_to_be_more_than_allowed(limits in limits(), ports in proptest::collection::vec(any::<bool>(), 0..80)) {
        let mut bounds = Bounds { limits, ..Bounds::default() };
        for port in ports {
            if admit_route(port, &of(Some(&bounds), None)).is_ok() {
                bounds.usage.routes += 1;
                bounds.usage.reserved_ports += u64::from(port);
            }
        }
        let (limits, used) = (&bounds.limits, bounds.usage);
        prop_assert!(limits.total_routes.is_none_or(|most| used.routes <= most));
        let most = limits.total_reserved_ports.into_iter().chain(limits.total_routes).min();
        prop_assert!(most.is_none_or(|most| used.reserved_ports <= most));
    }

    #[test]
    fn tasks_never_come_to_be_more_than_allowed(most in proptest::option::of(0_u64..6), tries in 0_u64..9) {
        let limits = Limits { per_app_tasks: most, total_memory: Some(4), ..Limits::default() };
        let mut bounds = Bounds { limits, ..Bounds::default() };
        let demand = TaskDemand { memory: Megabytes::MIN, log_rate: LogRate::UNLIMITED };
        for _ in 0..tries {
            if admit_task(&demand, &of(Some(&bounds), None)).is_empty() {
                bounds.usage.tasks += 1;
                bounds.usage.memory += 1;
            }
        }
        prop_assert_eq!(bounds.usage.tasks, tries.min(most.unwrap_or(4)).min(4));
    }

    #[test]
    fn services_fit_exactly_if_each_quota_alone_takes_them(
        most in proptest::option::of(0_u64..4), used in 0_u64..4, paid in any::<bool>(), free in any::<bool>(), new in any::<bool>()
    ) {
        let limits = Limits {
            total_service_instances: most, total_service_keys: most, are_paid_services_allowed: paid, ..Limits::default()
        };
        let usage = Usage { service_instances: used, service_keys: used, ..Usage::default() };
        let bounds = Bounds { name: "n".into(), limits, usage };
        let fits = |more: u64| most.is_none_or(|most| used + more <= most);
        for quotas in [of(Some(&bounds), None), of(None, Some(&bounds)), of(Some(&bounds), Some(&bounds))] {
            let takes = admit_service_instance(new, free, &quotas).is_ok();
            prop_assert_eq!(takes, fits(u64::from(new)) && (free || paid));
            prop_assert_eq!(admit_service_key(&quotas).is_ok(), fits(1));
        }
    }

    #[test]
    fn domains_never_come_to_be_more_than_allowed(most in proptest::option::of(0_u64..9), tries in 0_u64..12) {
        let owned = (0..tries).fold(0, |owned, _| owned + u64::from(admit_domain(most, owned, "o").is_ok()));
        prop_assert_eq!(owned, most.map_or(tries, |most| most.min(tries)));
    }

    #[test]
    fn a_change_touches_what_it_names_and_null_is_unlimited(before in limits(), memory in patch(), ports in patch(), paid in any::<bool>()) {
        prop_assert_eq!(before.patched(&LimitsPatch::default()), before.clone());
        let change = LimitsPatch { total_memory: memory.clone(), total_reserved_ports: ports.clone(), ..LimitsPatch::default() };
        let after = before.patched(&change);
        prop_assert_eq!(after.total_memory, memory.apply(before.total_memory));
        prop_assert_eq!(after.total_reserved_ports, ports.apply(before.total_reserved_ports));
        prop_assert_eq!(after.total_routes, before.total_routes);
        let denied = Limits { are_paid_services_allowed: paid, ..before };
        let change = LimitsPatch { are_paid_services_allowed: Patch::Null, ..LimitsPatch::default() };
        prop_assert!(denied.patched(&change).are_paid_services_allowed);
    }

    #[test]
    fn numbers_of_any_size_are_no_harm(used in any::<u64>(), limit in any::<u64>(), rate in any::<i64>()) {
        let most = u64::from(crate::quantity::I32_MAX);
        let demand = Demand {
            memory: Megabytes::new(2_147_483_647).unwrap(),
            instances: InstanceCount::new(2_147_483_647).unwrap(),
            log_rate: LogRate::new(rate),
            held: Usage::default(),
        };
        let limits = Limits { total_memory: Some(limit), log_rate: Some(limit), ..Limits::default() };
        let usage = Usage { memory: used, log_rate: used, ..Usage::default() };
        let quotas = of(Some(&Bounds { name: "n".into(), limits, usage }), None);
        let fits_memory = used.checked_add(most * most).is_some_and(|wanted| wanted <= limit);
        prop_assert_eq!(admit(&demand, &quotas).contains(&QuotaError::SpaceMemory), !fits_memory);
    }
}

fn texts(errors: &[QuotaError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// A quota of which everything is used up.
fn full(name: &str) -> Bounds {
    let one = Some(1);
    let limits = Limits {
        total_memory: one,
        per_process_memory: one,
        total_instances: one,
        log_rate: one,
        ..Limits::default()
    };
    let usage = Usage { memory: 1, instances: 1, log_rate: 1, ..Usage::default() };
    Bounds { name: name.to_owned(), limits, usage }
}

#[test]
fn what_is_broken_is_told_in_the_order_of_the_reference() {
    let demand = Demand {
        memory: Megabytes::new(2).unwrap(),
        instances: InstanceCount::ONE,
        log_rate: LogRate::new(2),
        held: Usage::default(),
    };
    assert_eq!(
        texts(&admit(&demand, &of(Some(&full("s")), Some(&full("o"))))),
        "memory space_quota_exceeded, memory quota_exceeded, memory instance_memory_limit_exceeded, \
         memory space_instance_memory_limit_exceeded, app_instance_limit app_instance_limit_exceeded, \
         app_instance_limit space_app_instance_limit_exceeded, log_rate_limit exceeds space log rate quota, \
         log_rate_limit exceeds organization log rate quota"
    );
}

#[test]
fn what_a_task_breaks_stands_together_by_attribute() {
    let full = |name| {
        let bounds = full(name);
        let limits = Limits { per_app_tasks: Some(0), ..bounds.limits };
        Bounds { limits, ..bounds }
    };
    let demand = TaskDemand { memory: Megabytes::new(2).unwrap(), log_rate: LogRate::UNLIMITED };
    assert_eq!(
        texts(&admit_task(&demand, &of(Some(&full("s")), Some(&full("o"))))),
        "memory_in_mb exceeds organization memory quota, memory_in_mb exceeds organization instance memory quota, \
         memory_in_mb exceeds space memory quota, memory_in_mb exceeds space instance memory quota, \
         log_rate_limit cannot be unlimited in organization 'o'., log_rate_limit cannot be unlimited in space 's'., \
         app_task_limit quota exceeded, app_task_limit quota exceeded"
    );
}

#[test]
fn services_are_refused_in_the_order_of_the_reference() {
    let bounds = |limits: Limits| of(Some(&Bounds { limits: limits.clone(), ..Bounds::default() }), None);
    let none =
        Limits { total_service_instances: Some(0), are_paid_services_allowed: false, ..Limits::default() };
    let refusal = |quotas: &Quotas| admit_service_instance(true, false, quotas).unwrap_err();
    assert_eq!(refusal(&bounds(none)), QuotaError::SpaceServiceInstances);
    let dear = Limits { are_paid_services_allowed: false, ..Limits::default() };
    assert_eq!(refusal(&bounds(dear.clone())), QuotaError::SpacePaidServices);
    let dear = Bounds { limits: dear, ..Bounds::default() };
    let none = Limits { total_service_instances: Some(0), ..Limits::default() };
    let both = of(Some(&dear), Some(&Bounds { limits: none, ..Bounds::default() }));
    assert_eq!(refusal(&both), QuotaError::OrganizationServiceInstances);
}

#[test]
fn an_unlimited_rate_also_exceeds_what_is_overdrawn_already() {
    let demand = Demand {
        memory: Megabytes::MIN,
        instances: InstanceCount::ZERO,
        log_rate: Some(LogRate::UNLIMITED),
        held: Usage { log_rate: 9, ..Usage::default() },
    };
    let used = |log_rate| {
        let bounds = full("o");
        let usage = Usage { log_rate, ..Usage::default() };
        of(None, Some(&Bounds { usage, ..bounds }))
    };
    let unlimited = "log_rate_limit cannot be unlimited in organization 'o'.";
    assert_eq!(texts(&admit(&demand, &used(2))), unlimited);
    let both = format!("{unlimited}, log_rate_limit exceeds organization log rate quota");
    assert_eq!(texts(&admit(&demand, &used(3))), both);
}

#[test]
fn a_build_may_log_without_a_limit_unless_too_much_is_logged_already() {
    let quotas = of(None, Some(&full("o")));
    assert_eq!(admit_staging_log_rate(LogRate::UNLIMITED, &quotas), Ok(()));
    let over = quotas.using(|usage| usage.and(Usage { log_rate: 2, ..Usage::default() }));
    assert_eq!(
        admit_staging_log_rate(LogRate::UNLIMITED, &over).unwrap_err().to_string(),
        "organization's log rate limit exceeded: staging requires -1 bytes per second"
    );
}

#[test]
fn a_space_counts_itself_and_its_organization_everything() {
    let usage = |memory| Usage { memory, ..Usage::default() };
    let used = [(Guid::new("a"), usage(1)), (Guid::new("b"), usage(2)), (Guid::new("c"), usage(4))];
    let quotas = of(Some(&full("b")), Some(&full("o"))).counted(&Guid::new("b"), &used);
    assert_eq!(quotas.each().map(|bounds| bounds.usage.memory).collect::<Vec<_>>(), [2, 7]);
}

#[test]
fn only_two_offenders_are_named() {
    let text = |names: &[&str]| {
        let names = names.iter().map(|name| crate::name::Name::stored(*name)).collect();
        let text = Unlimited { kind: "org", names }.to_string();
        text.strip_prefix("Current usage exceeds new quota values. This quota is applied to ")
            .map(str::to_owned)
    };
    let rest = "apps running with an unlimited log rate limit.";
    assert_eq!(text(&["a"]), Some(format!("org 'a' which contains {rest}")));
    assert_eq!(text(&["a", "b"]), Some(format!("orgs 'a', 'b' which contain {rest}")));
    assert_eq!(
        text(&["a", "b", "c", "d"]),
        Some(format!("orgs 'a', 'b' and 2 other orgs which contain {rest}"))
    );
}

#[test]
fn guids_that_are_unknown_or_named_twice_are_listed_as_the_reference_does() {
    let guids = |texts: &[&str]| texts.iter().map(|text| Guid::<str>::new(*text)).collect::<Vec<_>>();
    let unknown = |asked: &[&str], found: &[&str]| unknown_guids(&guids(asked), &guids(found));
    assert_eq!(unknown(&["a", "b"], &["b", "a"]), None);
    assert_eq!(unknown(&["x", "a", "y"], &["a"]).as_deref(), Some(r#"["x", "y"]"#));
    assert_eq!(unknown(&["a", "a"], &["a"]).as_deref(), Some("[]"));
}

#[test]
fn names_are_taken_as_they_are() {
    assert_eq!(QuotaName::parse(" a\nb ").unwrap().as_str(), " a\nb ");
    assert!(QuotaName::parse(&"x".repeat(250)).is_some());
    for bad in ["", " \n", &"x".repeat(251)] {
        assert_eq!(QuotaName::parse(bad), None);
    }
}

fn ports(total_routes: Option<u64>, total_reserved_ports: Option<u64>) -> LimitsPatch {
    let patch = |limit: Option<u64>| limit.map_or(Patch::Null, Patch::Value);
    LimitsPatch {
        total_routes: patch(total_routes),
        total_reserved_ports: patch(total_reserved_ports),
        ..LimitsPatch::default()
    }
}

proptest! {
    #[test]
    fn no_quota_is_written_with_more_ports_than_there_may_be(
        routes in limit(), reserved in limit(), of_organization in limit(), name in "[ a]{1,2}"
    ) {
        let (now, limits) = (Timestamp::from_seconds(0), ports(routes, reserved));
        let fits = |most: Option<u64>| reserved.zip(most).is_none_or(|(ports, most)| ports <= most);
        let quota_name = QuotaName::stored("q");
        let quota = OrganizationQuota::new(Guid::new("q"), quota_name.clone(), &limits, now);
        prop_assert_eq!(quota.is_ok(), fits(routes));
        let blank = OrganizationQuota::new(Guid::new("q"), quota_name.clone(), &LimitsPatch::default(), now).unwrap();
        let change = UpdateQuota { name: Some(name.clone()), limits: limits.clone() };
        prop_assert_eq!(blank.updated(&change, now).is_ok(), fits(routes) && !name.trim().is_empty());
        let around = Limits { total_reserved_ports: of_organization, ..Limits::default() };
        let command = CreateSpaceQuota {
            name: quota_name, organization: Guid::new("o"), limits: limits.clone(), spaces: Vec::new()
        };
        let fits = fits(routes) && fits(of_organization);
        prop_assert_eq!(SpaceQuota::new(Guid::new("q"), &command, &around, now).is_ok(), fits);
        let command = CreateSpaceQuota { limits: LimitsPatch::default(), ..command };
        let blank = SpaceQuota::new(Guid::new("q"), &command, &around, now).unwrap();
        prop_assert_eq!(blank.updated(&change, &around, now).is_ok(), fits && !name.trim().is_empty());
    }
}

#[test]
fn a_quota_for_spaces_has_no_limit_of_domains() {
    let limits = LimitsPatch { total_domains: Patch::Value(1), ..LimitsPatch::default() };
    let command = CreateSpaceQuota {
        name: QuotaName::stored("q"),
        organization: Guid::new("o"),
        limits: limits.clone(),
        spaces: Vec::new(),
    };
    let now = Timestamp::from_seconds(0);
    let quota = SpaceQuota::new(Guid::new("q"), &command, &Limits::default(), now).unwrap();
    assert_eq!(quota.limits, Limits::default());
    let change = UpdateQuota { name: None, limits };
    assert_eq!(quota.updated(&change, &Limits::default(), now).unwrap().limits, Limits::default());
}

#[test]
fn a_quota_in_use_is_not_deleted() {
    let now = Timestamp::from_seconds(0);
    let quota =
        OrganizationQuota::new(Guid::new("q"), QuotaName::stored("q"), &LimitsPatch::default(), now).unwrap();
    assert_eq!(quota.check_delete(), Ok(()));
    let used = OrganizationQuota { organizations: vec![Guid::new("o")], ..quota };
    assert_eq!(used.check_delete(), Err(OrganizationQuotaError::InUse));
}
