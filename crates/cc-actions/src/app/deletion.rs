//! The job `app.delete`: everything that belongs to the app goes with it, in one transaction; engine, router and blob store follow by jobs.

use super::{party, place};
use crate::fault::Fault;
use crate::job::Deletion;
use crate::ports::Ports;
use crate::{build, droplet, package, process, route};
use cc_domain::actor::Actor;
use cc_domain::app::App;
use cc_domain::guid::Guid;
use cc_domain::process::ProcessType;
use cc_domain::space::Space;
use cc_domain::store::{DynTx, finish};
use futures_util::future::BoxFuture;
use serde_json::json;

/// Deletes the app. One that is gone already is a success, so the job may run twice.
pub async fn deletion(ports: &Ports, order: Deletion) -> Result<(), Fault> {
    delete_one(ports, &order.actor(), &order.guid()).await
}

/// All apps of a space, each on its own: the stage of the space's deletion.
pub(crate) fn delete_all_of_space<'a>(
    ports: &'a Ports,
    actor: &'a Actor,
    space: &'a Space,
) -> BoxFuture<'a, Result<Vec<Fault>, Fault>> {
    Box::pin(async move {
        let apps = ports.store.reader().await?.apps_of_space(&space.guid).await?;
        for app in &apps {
            delete_one(ports, actor, app).await?;
        }
        Ok(Vec::new())
    })
}

async fn delete_one(ports: &Ports, actor: &Actor, guid: &Guid<App>) -> Result<(), Fault> {
    let mut tx = ports.store.begin().await?;
    let outcome = steps(tx.as_mut(), ports, actor, guid).await;
    if let Some(kinds) = finish(tx, outcome).await? {
        for kind in &kinds {
            ports.log_api(guid, &format!("Deleting process: \"{kind}\""));
        }
        ports.log_api(guid, &format!("Deleted app with guid {guid}"));
    }
    Ok(())
}

/// Each step comes before that of the row which it refers to. The types of its processes, or `None` if there was no such app.
async fn steps(
    tx: &mut DynTx,
    ports: &Ports,
    actor: &Actor,
    guid: &Guid<App>,
) -> Result<Option<Vec<ProcessType>>, Fault> {
    let Some(mut app) = tx.lock_app(guid).await? else { return Ok(None) };
    let place = place(tx, &app).await?;
    app.droplet = None;
    tx.update_app(&app).await?;
    package::delete_all_of(tx, ports, actor, &app, &place).await?;
    build::delete_all_of(tx, ports, guid).await?;
    droplet::delete_all_of(tx, ports, actor, &app, &place).await?;
    tx.delete_revisions_beyond(guid, 0).await?;
    let sidecars: Vec<_> = tx.sidecars_of_app(guid).await?.into_iter().map(|sidecar| sidecar.guid).collect();
    tx.delete_sidecars(&sidecars).await?;
    route::unmap_app(tx, ports, actor, &app).await?;
    let processes = tx.lock_processes_of_app(guid).await?;
    for found in &processes {
        tx.delete_process(&found.guid).await?;
        process::announce(tx, ports, &found.guid).await?;
        let data = json!({ "process_guid": found.guid.as_str(), "process_type": found.kind.as_str() });
        tx.record(&ports.event("audit.app.process.delete", actor, party(&app), place.clone(), data)).await?;
    }
    tx.delete_app(guid).await?;
    tx.record(&ports.event("audit.app.delete-request", actor, party(&app), place, json!({}))).await?;
    Ok(Some(processes.into_iter().map(|process| process.kind).collect()))
}
