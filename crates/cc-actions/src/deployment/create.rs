//! `deployment_create`

use super::hidden;
use crate::access;
use crate::app::{self, party, place};
use crate::fault::Fault;
use crate::ports::{Call, transaction};
use crate::process;
use crate::quota;
use crate::revision;
use crate::route;
use cc_domain::app::App;
use cc_domain::app::transition::{self, Transition};
use cc_domain::deployment::{
    CreateDeployment, Deployment, DeploymentError, DeploymentOptions, DeploymentSource, KEPT, policy,
    too_much,
};
use cc_domain::droplet::DropletState;
use cc_domain::guid::Guid;
use cc_domain::list::Scope;
use cc_domain::metadata::Metadata;
use cc_domain::process::{Process, ProcessError, ProcessType, ScaleProcess, current};
use cc_domain::quota::Quotas;
use cc_domain::revision::Revision;
use cc_domain::sidecar::{Sidecar, SidecarOrigin};
use cc_domain::store::DynTx;
use serde_json::{Value, json};

/// Begins a deployment, in place of one that is under way. Of a stopped app it is over at once: the app starts. `request` is the body as the
/// event shows it.
pub async fn create(call: Call<'_>, command: CreateDeployment, request: Value) -> Result<Deployment, Fault> {
    let deployment = transaction!(call.ports, |tx| create_within(tx, call, command, request).await)?;
    let app = &deployment.app;
    call.ports.log_api(app, &format!("Creating deployment for app with guid {app}"));
    Ok(deployment)
}

async fn create_within(
    tx: &mut DynTx,
    call: Call<'_>,
    command: CreateDeployment,
    request: Value,
) -> Result<Deployment, Fault> {
    let invalid = || DeploymentError::InvalidApp.into();
    hidden(access::on_named_app(tx, call.actor, &command.app, &policy::MANAGE, invalid).await, invalid)?;
    let seen = tx.find_app(&command.app, &Scope::Everything).await?.ok_or_else(invalid)?;
    let goes_back = matches!(command.source, DeploymentSource::Revision(_));
    if goes_back && !seen.features.revisions {
        return Err(DeploymentError::WithoutRevisions.into());
    }
    let quotas = quota::of_running(tx, &command.app).await?;
    let app = tx.lock_app(&command.app).await?.ok_or_else(invalid)?;
    if app.is_started() && command.options.ask_for_more() {
        admit_sizes(tx, call, &app, &command.options, &quotas).await?;
    }
    let previous_droplet = app.droplet.clone();
    let (app, revision) = target(tx, call, app, &command.source).await?;
    let processes = tx.lock_processes_of_app(&app.guid).await?;
    let oldest = processes.iter().filter(|process| process.kind.is_web()).min_by_key(|p| p.created_at);
    let running = oldest.map(|process| process.instances).unwrap_or_default();
    let newest = current(&processes, &ProcessType::web()).ok_or(DeploymentError::NoDroplet)?;
    let previous = tx.active_deployment(&app.guid).await?;
    let (strategy, options, now) = (command.strategy, command.options, call.ports.now());
    let guid = call.ports.new_guid();
    let deployment = Deployment {
        droplet: app.droplet.clone(),
        previous_droplet,
        revision: revision.as_ref().map(|revision| (revision.guid.clone(), revision.version)),
        metadata: Metadata::default().patched(&command.metadata, call.ports.settings.metadata_limits)?,
        ..Deployment::new(guid, &app.guid, strategy, options, running, previous.as_ref(), now)
    };
    let deployment = if app.is_started() {
        let (guid, version) = (call.ports.new_guid(), call.ports.new_guid());
        let process = deployment.new_web_process(newest, revision.as_ref(), guid, version, now);
        let admitted = process.check_beside(newest, &call.ports.settings.processes, &quotas);
        admit(tx, &app, admitted).await?;
        if let Some(previous) = previous {
            tx.update_deployment(&previous.superseded(now)).await?;
        }
        tx.insert_process(&process).await?;
        process::announce(tx, call.ports, &process.guid).await?;
        // Requests reach the new process by the routes that the old one has.
        route::announce_app(tx, call.ports, &app.guid).await?;
        Deployment { web_process: Some(process.guid), ..deployment }
    } else {
        start(tx, call, &app, (&processes, newest), &deployment.options, &quotas, revision.as_ref()).await?;
        deployment.deployed_at_once(now)
    };
    tx.insert_deployment(&deployment).await?;
    tx.delete_deployments_beyond(&app.guid, KEPT).await?;
    let data = json!({
        "deployment_guid": deployment.guid.as_str(),
        "droplet_guid": deployment.droplet.as_ref().map(Guid::as_str),
        "type": goes_back.then_some("rollback"),
        "revision_guid": revision.as_ref().map(|revision| revision.guid.as_str()),
        "request": request,
        "strategy": deployment.strategy.as_str(),
    });
    let place = place(tx, &app).await?;
    call.record(tx, "audit.app.deployment.create", party(&app), place, data).await?;
    Ok(deployment)
}

/// Whether the web process could run with the sizes that are asked for, in place of what it has.
async fn admit_sizes(
    tx: &mut DynTx,
    call: Call<'_>,
    app: &App,
    options: &DeploymentOptions,
    quotas: &Quotas,
) -> Result<(), Fault> {
    let processes = tx.processes_of_app(&app.guid).await?;
    let Some(newest) = current(&processes, &ProcessType::web()) else { return Ok(()) };
    let wanted = ScaleProcess {
        instances: options.web_instances,
        memory: options.memory,
        disk: options.disk,
        log_rate: options.log_rate,
    };
    let settings = &call.ports.settings.processes;
    let scaled = newest.clone().scaled(&wanted, false, settings, &[], quotas, call.ports.now());
    admit(tx, app, scaled.map(|_| ())).await
}

/// A refusal of a quota names the place whose quota it is.
async fn admit(tx: &mut DynTx, app: &App, outcome: Result<(), ProcessError>) -> Result<(), Fault> {
    let Err(error) = outcome else { return Ok(()) };
    let space = tx.find_space(&app.space, &Scope::Everything).await?;
    let space = space.ok_or(DeploymentError::InvalidApp)?;
    let organization = tx.find_organization(&space.organization, &Scope::Everything).await?;
    let organization = organization.ok_or(DeploymentError::InvalidApp)?;
    Err(too_much(&error, &space.name, &organization.name).into())
}

/// Makes the app what it is to run: its droplet, and of a revision sidecars and variables too. The revision that it then is.
async fn target(
    tx: &mut DynTx,
    call: Call<'_>,
    app: App,
    source: &DeploymentSource,
) -> Result<(App, Option<Revision>), Fault> {
    let (droplet, target) = match source {
        DeploymentSource::Current => (app.droplet.clone().ok_or(DeploymentError::NoDroplet)?, None),
        DeploymentSource::Droplet(droplet) => (droplet.clone(), None),
        DeploymentSource::Revision(guid) => {
            let target = tx.find_revision(guid, &Scope::Everything).await?;
            let target = target.ok_or(DeploymentError::UnknownRevision)?;
            let droplet = tx.find_droplet(&target.droplet, &Scope::Everything).await?;
            let droplet = droplet.filter(|droplet| droplet.state != DropletState::Expired);
            let droplet = droplet.ok_or(DeploymentError::RevisionWithoutDroplet)?;
            (droplet.guid, Some(target))
        }
    };
    let (app, _) = app::assign_within(tx, call, app, &droplet).await?;
    let revision = match &target {
        Some(target) => {
            restore(tx, call, &app, target).await?;
            Some(revision::roll_back(tx, call, &app, target).await?)
        }
        None => {
            let processes = tx.processes_of_app(&app.guid).await?;
            revision::resolve(tx, call, &app, &processes).await?
        }
    };
    Ok((app, revision))
}

/// Gives the app the sidecars and variables that a revision of it had.
async fn restore(tx: &mut DynTx, call: Call<'_>, app: &App, target: &Revision) -> Result<(), Fault> {
    let now = call.ports.now();
    let gone: Vec<_> = tx.sidecars_of_app(&app.guid).await?.into_iter().map(|s| s.guid).collect();
    tx.delete_sidecars(&gone).await?;
    let back: Vec<Sidecar> = target
        .sidecars
        .iter()
        .map(|sidecar| Sidecar::of_droplet(call.ports.new_guid(), &app.guid, sidecar, now))
        .map(|sidecar| Sidecar { origin: SidecarOrigin::User, ..sidecar })
        .collect();
    tx.insert_sidecars(&back).await?;
    let variables = tx.revision_environment(&target.guid).await?.unwrap_or_default();
    Ok(tx.update_app_environment(&app.guid, &variables).await?)
}

/// Starts a stopped app with the sizes that are asked for.
async fn start(
    tx: &mut DynTx,
    call: Call<'_>,
    app: &App,
    (processes, newest): (&[Process], &Process),
    options: &DeploymentOptions,
    quotas: &Quotas,
    revision: Option<&Revision>,
) -> Result<(), Fault> {
    let now = call.ports.now();
    let sized = Process { updated_at: now, ..options.applied_to(newest.clone()) };
    let sized = Process { instances: options.web_instances.unwrap_or(newest.instances), ..sized };
    let sized_or_as_it_is =
        |process: &Process| if process.guid == sized.guid { &sized } else { process }.clone();
    let processes: Vec<Process> = processes.iter().map(sized_or_as_it_is).collect();
    let admitted = sized.check_beside(newest, &call.ports.settings.processes, &Quotas::default());
    admit(tx, app, admitted).await?;
    let started = transition::start(app.clone(), &processes, || call.ports.new_guid(), now)?;
    admit(tx, app, started.check_quotas(&processes, quotas)).await?;
    let Transition { app, processes: changed } = started.with_revision(revision);
    tx.update_app(&app).await?;
    for process in &changed {
        tx.update_process(process).await?;
        process::announce(tx, call.ports, &process.guid).await?;
    }
    let place = place(tx, &app).await?;
    call.record(tx, "audit.app.start", party(&app), place, json!({})).await
}
