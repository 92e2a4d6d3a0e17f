//! `app_current_droplet_set`

use super::{RESOURCE, party, place};
use crate::access;
use crate::fault::Fault;
use crate::ports::{Call, transaction};
use crate::{deployment, process, route};
use cc_domain::app::{App, AppError, assign, policy};
use cc_domain::droplet::Droplet;
use cc_domain::guid::Guid;
use cc_domain::list::Scope;
use cc_domain::process::{Process, ProcessType};
use cc_domain::sidecar::Sidecar;
use cc_domain::store::DynTx;
use serde_json::json;

/// Makes a staged droplet of the app the one it runs: processes that the droplet brings are made, sidecars of the old one replaced.
/// What runs goes on with the old bits until it is restarted.
pub async fn assign_current_droplet(
    call: Call<'_>,
    guid: &Guid<App>,
    droplet: &Guid<Droplet>,
) -> Result<App, Fault> {
    let (app, added) = transaction!(call.ports, |tx| {
        access::on_app(tx, call.actor, guid, &policy::MANAGE, RESOURCE).await?;
        let app = tx.lock_app(guid).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
        if deployment::is_in_flight(tx, guid).await? {
            return Err(AppError::DropletWhileDeploying.into());
        }
        assign_within(tx, call, app, droplet).await
    })?;
    call.ports.log_api(guid, &format!("Updated app with guid {guid} ({{\"droplet_guid\"=>\"{droplet}\"}})"));
    for kind in &added {
        call.ports.log_api(guid, &process::added(kind));
    }
    Ok(app)
}

/// The same for an app that is locked, within a transaction of the caller's: for deployments, which may replace each other. The second value
/// are the types of the processes that were made.
pub(crate) async fn assign_within(
    tx: &mut DynTx,
    call: Call<'_>,
    mut app: App,
    droplet: &Guid<Droplet>,
) -> Result<(App, Vec<ProcessType>), Fault> {
    let droplet = tx.find_droplet(droplet, &Scope::Everything).await?.ok_or(AppError::DropletNotOfApp)?;
    let processes = tx.lock_processes_of_app(&app.guid).await?;
    let sidecars = tx.sidecars_of_app(&app.guid).await?;
    let settings = &call.ports.settings.processes;
    let assignment = assign(&app, &droplet, &processes, &sidecars, settings.default_memory)?;
    let now = call.ports.now();
    app.droplet = Some(droplet.guid.clone());
    app.updated_at = now;
    tx.update_app(&app).await?;
    let place = place(tx, &app).await?;
    let data = json!({ "request": { "droplet_guid": droplet.guid.as_str() } });
    call.record(tx, "audit.app.droplet.mapped", party(&app), place.clone(), data).await?;
    for kind in &assignment.new_processes {
        let process =
            Process::new(call.ports.new_guid(), &app, kind.clone(), call.ports.new_guid(), settings, now);
        tx.insert_process(&process).await?;
        process::announce(tx, call.ports, &process.guid).await?;
        let data = json!({ "process_guid": process.guid.as_str(), "process_type": process.kind.as_str() });
        call.record(tx, "audit.app.process.create", party(&app), place.clone(), data).await?;
    }
    let removed: Vec<_> = assignment.removed_sidecars.iter().map(|sidecar| sidecar.guid.clone()).collect();
    tx.delete_sidecars(&removed).await?;
    let brought = assignment.new_sidecars.iter();
    let brought: Vec<_> =
        brought.map(|from| Sidecar::of_droplet(call.ports.new_guid(), &app.guid, from, now)).collect();
    tx.insert_sidecars(&brought).await?;
    // A process that is new may be what a route was waiting for.
    route::announce_app(tx, call.ports, &app.guid).await?;
    Ok((app, assignment.new_processes))
}
