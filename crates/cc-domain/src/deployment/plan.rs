//! What a look at the engine leads to (domain-rules 20.4).

use super::{Deployment, DeploymentState};
use crate::guid::Guid;
use crate::process::Process;
use crate::process::stats::{InstanceStats, InstanceStatus};
use crate::quantity::InstanceCount;
use crate::time::Timestamp;
use std::collections::BTreeSet;

/// How the instances of the new process are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// Not there yet: starting, or running and not ready for requests.
    pub starting: u32,
    /// Crashed or missing.
    pub unhealthy: u32,
    /// Ready for requests.
    pub routable: u32,
}

impl Health {
    /// Of the wanted instances of a process. One of which the engine does not say whether it is ready counts as ready when it runs.
    pub fn of(instances: &[InstanceStats]) -> Self {
        let mut health = Self::default();
        for instance in instances {
            match instance.status {
                InstanceStatus::Running if instance.routable != Some(false) => health.routable += 1,
                InstanceStatus::Running | InstanceStatus::Starting => health.starting += 1,
                InstanceStatus::Crashed | InstanceStatus::Stopping | InstanceStatus::Down => {
                    health.unhealthy += 1;
                }
            }
        }
        health
    }
}

/// What changes: the deployment, and web processes of its app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub deployment: Deployment,
    /// Processes that get another number of instances.
    pub scaled: Vec<(Guid<Process>, InstanceCount)>,
    pub removed: Vec<Guid<Process>>,
}

impl Plan {
    /// Whether the rest of the app is to follow: everything that is not web starts anew.
    pub fn is_rollout_over(&self) -> bool {
        self.deployment.state == DeploymentState::Deployed
    }

    fn scale(&mut self, process: &Process, instances: InstanceCount) {
        if process.instances != instances {
            self.scaled.push((process.guid.clone(), instances));
        }
    }
}

/// Web processes by age. The oldest one is never removed while a deployment is under way, since a cancellation goes back to it.
fn by_age(web: &[Process]) -> Vec<&Process> {
    let mut web: Vec<&Process> = web.iter().collect();
    web.sort_by_key(|process| process.created_at);
    web
}

/// The next step forward of a deployment that is on its way; `None` if there is nothing to do now. `web` are all web processes of the app in
/// insertion order, `given_up` those of deployments that were superseded on their way back.
pub fn advance(
    deployment: &Deployment,
    web: &[Process],
    given_up: &BTreeSet<Guid<Process>>,
    health: Health,
    now: Timestamp,
) -> Option<Plan> {
    if !matches!(deployment.state, DeploymentState::Deploying | DeploymentState::Prepaused) {
        return None;
    }
    let web = by_age(web);
    let new = *web.iter().find(|process| Some(&process.guid) == deployment.web_process.as_ref())?;
    let old: Vec<&Process> = web.iter().copied().filter(|process| process.guid != new.guid).collect();
    let (goal, most) = (deployment.goal(), deployment.options.max_in_flight);
    // Fewer that are ready than were asked for last means that the engine has not followed yet.
    let can_grow = health.starting < most
        && health.unhealthy == 0
        && health.routable >= new.instances.get().saturating_sub(most);
    let kept = u64::from(goal.total.saturating_sub(health.routable));
    let running: u64 = old.iter().map(|process| u64::from(process.instances.get())).sum();
    if !can_grow && running <= kept {
        return None;
    }
    let mut plan = Plan {
        deployment: Deployment { error: None, updated_at: now, ..deployment.clone() },
        scaled: Vec::new(),
        removed: Vec::new(),
    };
    shrink(&mut plan, &old, web.first().copied(), given_up, kept);
    if new.instances >= goal.new && health.routable >= goal.new.get() {
        plan.deployment.last_healthy_at = now;
        let is_rolling = deployment.state == DeploymentState::Deploying;
        let state = if is_rolling { DeploymentState::Deployed } else { DeploymentState::Paused };
        plan.deployment = plan.deployment.into_state(state, now);
        if is_rolling {
            plan.scaled.clear();
            plan.removed = old.iter().map(|process| process.guid.clone()).collect();
        }
    } else if can_grow {
        let next = health.routable.saturating_add(most).min(goal.new.get());
        plan.scale(new, InstanceCount::new(next.into()).unwrap_or(goal.new));
        plan.deployment.last_healthy_at = now;
    }
    Some(plan)
}

/// Takes instances from the old processes, from the oldest on, until no more than `kept` are left.
fn shrink(
    plan: &mut Plan,
    old: &[&Process],
    oldest: Option<&Process>,
    given_up: &BTreeSet<Guid<Process>>,
    kept: u64,
) {
    let (idle, old): (Vec<&Process>, Vec<&Process>) =
        old.iter().copied().partition(|process| given_up.contains(&process.guid));
    for process in idle {
        plan.scale(process, InstanceCount::ZERO);
    }
    let running: u64 = old.iter().map(|process| u64::from(process.instances.get())).sum();
    let mut excess = running.saturating_sub(kept);
    for process in old {
        if excess == 0 {
            break;
        }
        let has = u64::from(process.instances.get());
        if excess < has {
            let left = i64::try_from(has - excess).unwrap_or(i64::MAX);
            plan.scale(process, InstanceCount::new(left).unwrap_or(process.instances));
            break;
        }
        excess -= has;
        if oldest.is_some_and(|oldest| oldest.guid == process.guid) {
            plan.scale(process, InstanceCount::ZERO);
        } else {
            plan.removed.push(process.guid.clone());
        }
    }
}

/// The way back of one that is being canceled: everything goes but the newest process of a deployment that had been superseded on its way
/// forward and that has a running instance (`last_good`, by guid), or the oldest; that gets the instances that the app had. `None` if
/// it is not being canceled or nothing of the app is left.
pub fn restore(
    deployment: &Deployment,
    web: &[Process],
    last_good: &BTreeSet<Guid<Process>>,
    now: Timestamp,
) -> Option<Plan> {
    if deployment.state != DeploymentState::Canceling {
        return None;
    }
    let web = by_age(web);
    let interim = web.iter().rfind(|process| last_good.contains(&process.guid));
    let prior = *interim.or(web.first())?;
    let mut plan = Plan {
        deployment: Deployment { error: None, ..deployment.clone() }
            .into_state(DeploymentState::Canceled, now),
        scaled: Vec::new(),
        removed: web.iter().filter(|process| process.guid != prior.guid).map(|p| p.guid.clone()).collect(),
    };
    plan.scale(prior, deployment.original_instances);
    Some(plan)
}
