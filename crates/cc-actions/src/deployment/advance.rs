//! Taking deployments further, a step at a time.

use crate::fault::{Fault, catalogue};
use crate::ports::{Ports, transaction};
use crate::{process, quota, route};
use cc_domain::app::App;
use cc_domain::deployment::plan::{Health, Plan, advance, restore};
use cc_domain::deployment::{Deployment, DeploymentState};
use cc_domain::guid::Guid;
use cc_domain::list::Scope;
use cc_domain::process::Process;
use cc_domain::process::stats::{InstanceStats, MAX_SHOWN, instances};
use cc_domain::quota::Quotas;
use cc_domain::revision::Revision;
use cc_domain::runtime::RuntimeError;
use cc_domain::store::DynTx;
use cc_domain::time::Timestamp;
use std::collections::BTreeSet;

/// Looks at every deployment that moves by itself, and takes each as far as its instances let it; the number of those that are not over. One
/// that fails says so in its status, and is tried again with the next look. Two replicas that look at once come to the same.
pub async fn advance_all(ports: &Ports) -> Result<usize, Fault> {
    let moving = ports.store.reader().await?.moving_deployments().await?;
    for deployment in &moving {
        let outcome = match step(ports, deployment).await {
            Err(fault) if !fault.is_transient => tell(ports, deployment, &fault).await,
            Ok(()) | Err(_) => Ok(()),
        };
        // The others go on.
        if let Err(fault) = outcome {
            tracing::warn!(deployment = %deployment.guid, ?fault, "what keeps a deployment could not be told");
        }
    }
    Ok(moving.len())
}

async fn step(ports: &Ports, deployment: &Deployment) -> Result<(), Fault> {
    let mut reader = ports.store.reader().await?;
    let superseded = reader.superseded_deployments(&deployment.app).await?;
    let web = reader.processes_of_app(&deployment.app).await?.into_iter().filter(|p| p.kind.is_web());
    let web: Vec<Process> = web.collect();
    drop(reader);
    let Some(look) = look(ports, deployment, &superseded, &web).await? else { return Ok(()) };
    // Most looks find nothing to do, and hold nobody up.
    if look.plan(deployment, &web, ports.now()).is_none() {
        return Ok(());
    }
    transaction!(ports, |tx| {
        let quotas = quota::of_running(tx, &deployment.app).await?;
        let Some(app) = tx.lock_app(&deployment.app).await? else { return Ok(()) };
        // It may have been canceled, or superseded, since it was looked at.
        let Some(now_it_is) = tx.lock_deployment(&deployment.guid).await? else { return Ok(()) };
        if now_it_is.state != deployment.state {
            return Ok(());
        }
        let processes = tx.lock_processes_of_app(&app.guid).await?;
        let (web, others): (Vec<Process>, Vec<Process>) =
            processes.into_iter().partition(|process| process.kind.is_web());
        let Some(plan) = look.plan(&now_it_is, &web, ports.now()) else { return Ok(()) };
        carry_out(tx, ports, &app, &plan, (web, others), &quotas).await
    })
}

/// What a step depends on beside the deployment and its processes.
enum Look {
    Forward { health: Health, given_up: BTreeSet<Guid<Process>> },
    Back { last_good: BTreeSet<Guid<Process>> },
}

impl Look {
    fn plan(&self, deployment: &Deployment, web: &[Process], now: Timestamp) -> Option<Plan> {
        match self {
            Self::Forward { health, given_up } => advance(deployment, web, given_up, *health, now),
            Self::Back { last_good } => restore(deployment, web, last_good, now),
        }
    }
}

/// `None` while the engine does not answer, or there is nothing to look at.
async fn look(
    ports: &Ports,
    deployment: &Deployment,
    superseded: &[Deployment],
    web: &[Process],
) -> Result<Option<Look>, Fault> {
    let made_by = |state: DeploymentState| {
        let ended = superseded.iter().filter(move |earlier| earlier.state == state);
        ended.filter_map(|earlier| earlier.web_process.clone())
    };
    if deployment.state == DeploymentState::Canceling {
        let mut last_good = BTreeSet::new();
        for guid in made_by(DeploymentState::Deployed) {
            let Some(process) = web.iter().find(|process| process.guid == guid) else { continue };
            // Without an answer of the engine none is known to run.
            let seen = observed(ports, process).await?.unwrap_or_default();
            if Health::of(&seen).routable > 0 {
                last_good.insert(guid);
            }
        }
        return Ok(Some(Look::Back { last_good }));
    }
    let new = web.iter().find(|process| Some(&process.guid) == deployment.web_process.as_ref());
    let Some(new) = new else { return Ok(None) };
    let Some(seen) = observed(ports, new).await? else { return Ok(None) };
    let given_up = made_by(DeploymentState::Canceled).collect();
    Ok(Some(Look::Forward { health: Health::of(&seen), given_up }))
}

/// The wanted instances; `None` while the engine does not answer.
async fn observed(ports: &Ports, process: &Process) -> Result<Option<Vec<InstanceStats>>, Fault> {
    if !process.is_wanted() {
        return Ok(Some(Vec::new()));
    }
    let key = process.key().map_err(Fault::internal)?;
    match ports.runtime.instances(std::slice::from_ref(&key)).await {
        Ok(seen) => Ok(Some(instances(process, &seen, &[], ports.now(), MAX_SHOWN))),
        Err(RuntimeError::Unavailable(reason)) => {
            tracing::debug!(reason, "the engine does not say how a deployment goes");
            Ok(None)
        }
        Err(error) => Err(Fault::internal(error)),
    }
}

async fn carry_out(
    tx: &mut DynTx,
    ports: &Ports,
    app: &App,
    plan: &Plan,
    (web, others): (Vec<Process>, Vec<Process>),
    quotas: &Quotas,
) -> Result<(), Fault> {
    let now = ports.now();
    let of = |guid: &Guid<Process>| web.iter().find(|process| process.guid == *guid);
    let mut quotas = quotas.clone();
    for process in plan.removed.iter().filter_map(of) {
        tx.delete_process(&process.guid).await?;
        process::announce(tx, ports, &process.guid).await?;
        quotas = quotas.using(|usage| usage.without(process.usage()));
    }
    // What shrinks makes room for what grows.
    let scaled = plan.scaled.iter().filter_map(|(guid, instances)| Some((of(guid)?, *instances)));
    let (down, up): (Vec<_>, Vec<_>) =
        scaled.partition(|(process, instances)| *instances < process.instances);
    for (process, instances) in down.into_iter().chain(up) {
        let scaled = process.clone().with_instances(instances, &quotas, now)?;
        quotas = quotas.using(|usage| usage.without(process.usage()).and(scaled.usage()));
        tx.update_process(&scaled).await?;
        process::announce(tx, ports, &scaled.guid).await?;
    }
    if !plan.removed.is_empty() {
        route::announce_app(tx, ports, &app.guid).await?;
    }
    if plan.is_rollout_over() {
        let new = web.iter().find(|process| Some(&process.guid) == plan.deployment.web_process.as_ref());
        follow(tx, ports, new, others).await?;
    }
    tx.update_deployment(&plan.deployment).await?;
    Ok(())
}

/// What is not web starts anew with what the new web process runs.
async fn follow(
    tx: &mut DynTx,
    ports: &Ports,
    new: Option<&Process>,
    others: Vec<Process>,
) -> Result<(), Fault> {
    let revision: Option<Revision> = match new.and_then(|process| process.revision.as_ref()) {
        Some(guid) => tx.find_revision(guid, &Scope::Everything).await?,
        None => None,
    };
    for process in others {
        let process = match &revision {
            Some(revision) => Process { revision: Some(revision.guid.clone()), ..revision.process(&process) },
            None => process,
        };
        let process = process.restarted(ports.new_guid(), ports.now());
        tx.update_process(&process).await?;
        process::announce(tx, ports, &process.guid).await?;
    }
    Ok(())
}

/// Says in the status of a deployment why it does not go on.
async fn tell(ports: &Ports, deployment: &Deployment, fault: &Fault) -> Result<(), Fault> {
    let is_known = *fault.kind == *catalogue::UNPROCESSABLE_ENTITY;
    let error = if is_known {
        fault.details.join(", ")
    } else {
        format!("An unexpected error has occurred: {}", fault.kind.name)
    };
    transaction!(ports, |tx| {
        if tx.lock_app(&deployment.app).await?.is_none() {
            return Ok(());
        }
        let Some(found) = tx.lock_deployment(&deployment.guid).await? else { return Ok(()) };
        if found.error.as_ref() != Some(&error) {
            tracing::warn!(deployment = %found.guid, ?fault, "a deployment cannot go on");
            let told = Deployment { error: Some(error), updated_at: ports.now(), ..found };
            tx.update_deployment(&told).await?;
        }
        Ok(())
    })
}
