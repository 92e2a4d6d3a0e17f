use super::plan::{Health, Plan, advance, restore};
use super::*;
use crate::lifecycle::Lifecycle;
use crate::process::ProcessSettings;
use crate::process::stats::{InstanceStats, InstanceStatus};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

fn app() -> App {
    let name = Name::parse("a").unwrap();
    App::new(Guid::new("a"), name, Guid::new("s"), Lifecycle::Docker, Metadata::default(), at(0))
}

fn count(instances: u32) -> InstanceCount {
    InstanceCount::new(instances.into()).unwrap()
}

fn web(guid: &str, instances: u32, made: i64) -> Process {
    let process = Process::new_web(&app(), Guid::new("v"), &ProcessSettings::default(), at(made));
    let started = process.in_state(DesiredState::Started, Guid::new("v"), at(made));
    Process { guid: Guid::new(guid), instances: count(instances), ..started }
}

fn weights(percents: &[i64]) -> Vec<Weight> {
    percents.iter().map(|percent| Weight::new(*percent).unwrap()).collect()
}

/// A deployment of an app with one web process, and both processes.
fn begun(
    strategy: DeploymentStrategy,
    options: DeploymentOptions,
    running: u32,
) -> (Deployment, Vec<Process>) {
    let old = web("a", running, 1);
    let deployment =
        Deployment::new(Guid::new("d"), &Guid::new("a"), strategy, options, old.instances, None, at(2));
    let new = deployment.new_web_process(&old, None, Guid::new("n"), Guid::new("w"), at(2));
    let deployment = Deployment { web_process: Some(new.guid.clone()), ..deployment };
    (deployment, vec![old, new])
}

fn applied(plan: Plan, web: &mut Vec<Process>) -> Deployment {
    for (guid, instances) in plan.scaled {
        web.iter_mut().find(|process| process.guid == guid).unwrap().instances = instances;
    }
    web.retain(|process| !plan.removed.contains(&process.guid));
    plan.deployment
}

fn instances_of(web: &[Process], guid: &str) -> Option<u32> {
    web.iter().find(|process| process.guid.as_str() == guid).map(|process| process.instances.get())
}

fn healthy(routable: u32) -> Health {
    Health { routable, ..Health::default() }
}

#[test]
fn a_rollout_goes_one_by_one_and_ends_with_the_new_process_alone() {
    let (mut deployment, mut web) = begun(DeploymentStrategy::Rolling, DeploymentOptions::default(), 2);
    assert_eq!((instances_of(&web, "a"), instances_of(&web, "n")), (Some(2), Some(1)));
    let starting = Health { starting: 1, ..Health::default() };
    assert_eq!(advance(&deployment, &web, &BTreeSet::new(), starting, at(3)), None);
    let mut seen = Vec::new();
    for routable in [1, 2] {
        let plan = advance(&deployment, &web, &BTreeSet::new(), healthy(routable), at(4)).unwrap();
        deployment = applied(plan, &mut web);
        seen.push((instances_of(&web, "a"), instances_of(&web, "n"), deployment.status().reason));
    }
    assert_eq!(seen, [(Some(1), Some(2), "DEPLOYING"), (None, Some(2), "DEPLOYED")]);
}

#[test]
fn a_crashing_new_process_stops_the_rollout_and_takes_nothing() {
    let (deployment, web) = begun(DeploymentStrategy::Rolling, DeploymentOptions::default(), 2);
    let crashed = Health { unhealthy: 1, ..Health::default() };
    assert_eq!(advance(&deployment, &web, &BTreeSet::new(), crashed, at(3)), None);
}

#[test]
fn what_clients_read_of_instances_is_counted() {
    let instance = |status, routable| InstanceStats {
        index: 0,
        status,
        routable,
        uptime: 0,
        details: None,
        isolation_segment: None,
        place: None,
    };
    let health = Health::of(&[
        instance(InstanceStatus::Running, Some(true)),
        instance(InstanceStatus::Running, None),
        instance(InstanceStatus::Running, Some(false)),
        instance(InstanceStatus::Starting, None),
        instance(InstanceStatus::Crashed, None),
        instance(InstanceStatus::Down, None),
    ]);
    assert_eq!(health, Health { starting: 2, unhealthy: 2, routable: 2 });
}

#[test]
fn canary_steps_are_shares_of_what_ran() {
    let steps = |percents: &[i64], running, wanted: Option<u32>| {
        let options = DeploymentOptions {
            canary_steps: Some(weights(percents)),
            web_instances: wanted.map(count),
            ..DeploymentOptions::default()
        };
        let (deployment, _) = begun(DeploymentStrategy::Canary, options, running);
        let all = (1..=u32::try_from(percents.len()).unwrap())
            .map(|step| Deployment { canary_step: Some(step), ..deployment.clone() }.this_step().unwrap());
        all.map(|step| (step.canary, step.original)).collect::<Vec<_>>()
    };
    assert_eq!(steps(&[1, 25, 50, 99, 100], 10, None), [(1, 10), (3, 8), (5, 6), (10, 1), (10, 0)]);
    assert_eq!(steps(&[50], 10, Some(4)), [(2, 3)]);
    assert_eq!(steps(&[50], 10, Some(40)), [(5, 6)]);
    let (without, _) = begun(DeploymentStrategy::Canary, DeploymentOptions::default(), 3);
    assert_eq!(without.this_step(), Some(CanaryStep { canary: 1, original: 3 }));
}

#[test]
fn a_canary_pauses_at_each_step_until_it_is_continued() {
    let options =
        DeploymentOptions { canary_steps: Some(weights(&[50, 100])), ..DeploymentOptions::default() };
    let (deployment, mut web) = begun(DeploymentStrategy::Canary, options, 2);
    let plan = advance(&deployment, &web, &BTreeSet::new(), healthy(1), at(3)).unwrap();
    let deployment = applied(plan, &mut web);
    assert_eq!(deployment.status(), Status { value: "ACTIVE", reason: "PAUSED" });
    assert_eq!((instances_of(&web, "a"), instances_of(&web, "n")), (Some(2), Some(1)));
    assert_eq!(advance(&deployment, &web, &BTreeSet::new(), healthy(1), at(4)), None);
    let deployment = deployment.continued(at(5)).unwrap();
    assert_eq!((deployment.state, deployment.canary_step), (DeploymentState::Prepaused, Some(2)));
    let deployment = Deployment { state: DeploymentState::Paused, ..deployment }.continued(at(6)).unwrap();
    assert_eq!(deployment.state, DeploymentState::Deploying);
    assert!(deployment.continued(at(7)).is_err());
}

#[test]
fn a_canceled_rollout_prefers_what_last_ran_well() {
    let (deployment, mut web) = begun(DeploymentStrategy::Rolling, DeploymentOptions::default(), 3);
    web.insert(1, self::web("interim", 1, 1));
    let deployment = deployment.canceled(at(3)).unwrap();
    let good = BTreeSet::from([Guid::new("interim")]);
    let plan = restore(&deployment, &web, &good, at(4)).unwrap();
    let deployment = applied(plan, &mut web);
    assert_eq!(deployment.status(), Status { value: "FINALIZED", reason: "CANCELED" });
    assert_eq!(
        web.iter().map(|p| (p.guid.as_str(), p.instances.get())).collect::<Vec<_>>(),
        [("interim", 3)]
    );
    let refusal = deployment.canceled(at(5)).unwrap_err().to_string();
    assert_eq!(refusal, "Cannot cancel a deployment with status: FINALIZED and reason: CANCELED");
}

#[test]
fn a_superseded_one_says_so_and_when() {
    let (deployment, _) = begun(DeploymentStrategy::Rolling, DeploymentOptions::default(), 1);
    let forward = deployment.clone().superseded(at(9));
    assert_eq!((forward.state, forward.status().reason), (DeploymentState::Deployed, "SUPERSEDED"));
    assert_eq!(forward.status_changed_at, at(9));
    let back = deployment.canceled(at(8)).unwrap().superseded(at(9));
    assert_eq!((back.state, back.status().value), (DeploymentState::Canceled, "FINALIZED"));
}

#[test]
fn what_a_quota_has_no_room_for_comes_with_a_hint() {
    let (space, organization) = (Name::parse("dev").unwrap(), Name::parse("org").unwrap());
    let text = |broken| {
        let error = ProcessError::Invalid(vec![ProcessProblem::Quota(broken)]);
        too_much(&error, &space, &organization).to_string()
    };
    assert_eq!(
        text(QuotaError::OrganizationMemory),
        "memory quota_exceeded for organization org. This organization's quota may not be large enough to support rolling \
         deployments or your configured max-in-flight."
    );
    assert!(text(QuotaError::SpaceInstances).contains(" for space dev. This space's quota"));
    assert_eq!(text(QuotaError::SpaceLogRate), "log_rate_limit exceeds space log rate quota");
}

/// Instances, in flight, wanted instances, and which of the started ones become ready between two looks.
fn rollout() -> impl Strategy<Value = (u32, u32, Option<u32>, Vec<u32>)> {
    let wanted = proptest::option::of(1..12_u32);
    (1..12_u32, 1..5_u32, wanted, proptest::collection::vec(0..4_u32, 1..60))
}

proptest! {
    #[test]
    fn there_are_never_fewer_ready_than_before_nor_more_starting_than_allowed(
        (running, max_in_flight, wanted, pace) in rollout()
    ) {
        let options = DeploymentOptions {
            max_in_flight,
            web_instances: wanted.map(count),
            ..DeploymentOptions::default()
        };
        let (mut deployment, mut web) = begun(DeploymentStrategy::Rolling, options, running);
        let promised = running.min(wanted.unwrap_or(running));
        let mut routable = 0;
        for ready in pace {
            let new = instances_of(&web, "n").unwrap();
            routable = (routable + ready).min(new);
            let health = Health { starting: new - routable, unhealthy: 0, routable };
            if let Some(plan) = advance(&deployment, &web, &BTreeSet::new(), health, at(3)) {
                deployment = applied(plan, &mut web);
            }
            let new = instances_of(&web, "n").unwrap();
            prop_assert!(new - routable <= max_in_flight);
            prop_assert!(routable + instances_of(&web, "a").unwrap_or(0) >= promised);
        }
    }

    #[test]
    fn a_rollout_of_healthy_instances_ends(
        (running, max_in_flight, wanted, _) in rollout(), steps in proptest::collection::btree_set(1..=100_i64, 0..4), is_canary: bool
    ) {
        let percents: Vec<i64> = steps.into_iter().collect();
        let options = DeploymentOptions {
            max_in_flight,
            web_instances: wanted.map(count),
            canary_steps: is_canary.then(|| weights(&percents)),
            ..DeploymentOptions::default()
        };
        let strategy = if is_canary { DeploymentStrategy::Canary } else { DeploymentStrategy::Rolling };
        let (mut deployment, mut web) = begun(strategy, options, running);
        for _ in 0..200 {
            if !deployment.state.is_active() {
                break;
            }
            if deployment.state == DeploymentState::Paused {
                deployment = deployment.continued(at(3)).unwrap();
            }
            let all = healthy(instances_of(&web, "n").unwrap());
            let plan = advance(&deployment, &web, &BTreeSet::new(), all, at(3));
            prop_assert!(plan.is_some(), "it goes on while it can");
            deployment = applied(plan.unwrap(), &mut web);
        }
        prop_assert_eq!(deployment.state, DeploymentState::Deployed);
        prop_assert_eq!(web.len(), 1);
        prop_assert_eq!(instances_of(&web, "n"), Some(wanted.unwrap_or(running)));
    }

    #[test]
    fn a_cancellation_restores_what_ran_at_any_moment(
        (running, max_in_flight, wanted, pace) in rollout(), ticks in 0..20_usize
    ) {
        let options = DeploymentOptions {
            max_in_flight,
            web_instances: wanted.map(count),
            ..DeploymentOptions::default()
        };
        let (mut deployment, mut web) = begun(DeploymentStrategy::Rolling, options, running);
        let mut routable = 0;
        for ready in pace.into_iter().take(ticks) {
            let new = instances_of(&web, "n").unwrap();
            routable = (routable + ready).min(new);
            let health = Health { starting: new - routable, unhealthy: 0, routable };
            if let Some(plan) = advance(&deployment, &web, &BTreeSet::new(), health, at(3)) {
                deployment = applied(plan, &mut web);
            }
        }
        prop_assume!(deployment.state.is_active());
        let deployment = deployment.canceled(at(4)).unwrap();
        let plan = restore(&deployment, &web, &BTreeSet::new(), at(5)).unwrap();
        let deployment = applied(plan, &mut web);
        prop_assert_eq!(deployment.state, DeploymentState::Canceled);
        prop_assert_eq!(web.len(), 1);
        prop_assert_eq!(instances_of(&web, "a"), Some(running));
        prop_assert_eq!(restore(&deployment, &web, &BTreeSet::new(), at(6)), None);
    }
}
