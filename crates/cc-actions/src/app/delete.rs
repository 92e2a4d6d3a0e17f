//! `app_delete`, and its job: everything that belongs to the app goes with it, in one transaction; engine, router and blob store follow by
//! jobs.

use super::{RESOURCE, party, place};
use crate::access;
use crate::build;
use crate::droplet;
use crate::fault::Fault;
use crate::job::{self, Deletion, Work};
use crate::package;
use crate::ports::{Call, Ports, transaction};
use crate::process;
use crate::route;
use crate::task;
use cc_domain::app::{App, policy};
use cc_domain::guid::Guid;
use cc_domain::job::{Job, JobResource};
use cc_domain::process::ProcessType;
use cc_domain::space::Space;
use cc_domain::store::DynTx;
use futures_util::future::BoxFuture;
use serde_json::json;

/// Queues the deletion of the app with its processes, packages, builds, droplets and route mappings.
pub async fn delete(call: Call<'_>, guid: &Guid<App>) -> Result<Guid<Job>, Fault> {
    let job = transaction!(call.ports, |tx| {
        access::on_app(tx, call.actor, guid, &policy::DELETE, RESOURCE).await?;
        job::enqueue(tx, call.ports, &Deletion::of(guid, call.actor)).await
    })?;
    call.ports.log_api(guid, &format!("Enqueued job to delete app with guid {guid}"));
    Ok(job)
}

/// One that is gone already is a success.
impl Work for Deletion<App> {
    const NAME: &'static str = "app.delete";
    const IS_DELETION: bool = true;

    fn resource(&self) -> Option<JobResource> {
        Some(JobResource::new("apps", &self.guid))
    }

    async fn run(self, ports: &Ports) -> Result<(), Fault> {
        delete_one(Call { ports, actor: &self.actor() }, &self.guid).await
    }
}

/// All apps of a space, each on its own: the stage of the space's deletion.
pub(crate) fn delete_all_of_space<'a>(
    call: Call<'a>,
    space: &'a Space,
) -> BoxFuture<'a, Result<Vec<Fault>, Fault>> {
    Box::pin(async move {
        let apps = call.ports.store.reader().await?.apps_of_space(&space.guid).await?;
        for app in &apps {
            delete_one(call, app).await?;
        }
        Ok(Vec::new())
    })
}

async fn delete_one(call: Call<'_>, guid: &Guid<App>) -> Result<(), Fault> {
    let kinds = transaction!(call.ports, |tx| delete_within(tx, call, guid).await)?;
    if let Some(kinds) = kinds {
        for kind in &kinds {
            call.ports.log_api(guid, &format!("Deleting process: \"{kind}\""));
        }
        call.ports.log_api(guid, &format!("Deleted app with guid {guid}"));
    }
    Ok(())
}

/// Each step comes before that of the row which it refers to. The types of its processes, or `None` if there was no such app.
async fn delete_within(
    tx: &mut DynTx,
    call: Call<'_>,
    guid: &Guid<App>,
) -> Result<Option<Vec<ProcessType>>, Fault> {
    let Some(mut app) = tx.lock_app(guid).await? else { return Ok(None) };
    let place = place(tx, &app).await?;
    app.droplet = None;
    tx.update_app(&app).await?;
    package::delete_all_of(tx, call, &app, &place).await?;
    build::delete_all_of(tx, call.ports, guid).await?;
    task::delete_all_of(tx, call, &app, &place).await?;
    droplet::delete_all_of(tx, call, &app, &place).await?;
    tx.delete_revisions_beyond(guid, 0).await?;
    let sidecars: Vec<_> = tx.sidecars_of_app(guid).await?.into_iter().map(|sidecar| sidecar.guid).collect();
    tx.delete_sidecars(&sidecars).await?;
    route::unmap_app(tx, call, &app).await?;
    let processes = tx.lock_processes_of_app(guid).await?;
    for found in &processes {
        tx.delete_process(&found.guid).await?;
        process::announce(tx, call.ports, &found.guid).await?;
        let data = json!({ "process_guid": found.guid.as_str(), "process_type": found.kind.as_str() });
        call.record(tx, "audit.app.process.delete", party(&app), place.clone(), data).await?;
    }
    tx.delete_app(guid).await?;
    call.record(tx, "audit.app.delete-request", party(&app), place, json!({})).await?;
    Ok(Some(processes.into_iter().map(|process| process.kind).collect()))
}
