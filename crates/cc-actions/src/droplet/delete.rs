//! `droplet_delete`, its job, and the droplets of an app that goes.

use super::RESOURCE;
use crate::access;
use crate::app;
use crate::blob::{Forgotten, forget};
use crate::fault::Fault;
use crate::job::{self, Deletion, Work};
use crate::ports::{Call, Ports, transaction};
use cc_domain::app::App;
use cc_domain::audit_event::Place;
use cc_domain::blob::BlobKey;
use cc_domain::droplet::{Droplet, policy};
use cc_domain::guid::Guid;
use cc_domain::job::{Job, JobResource};
use cc_domain::list::Scope;
use cc_domain::store::DynTx;
use serde_json::json;

/// Queues the deletion of a droplet that no app uses.
pub async fn delete(call: Call<'_>, guid: &Guid<Droplet>) -> Result<Guid<Job>, Fault> {
    transaction!(call.ports, |tx| {
        let found =
            tx.find_droplet(guid, &call.actor.scope()).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
        access::on_app(tx, call.actor, &found.app, &policy::MANAGE, RESOURCE).await?;
        let app = tx.lock_app(&found.app).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
        found.check_delete(&app)?;
        job::enqueue(tx, call.ports, &Deletion::of(guid, call.actor)).await
    })
}

/// One that is gone already is a success; one that an app uses by now is refused.
impl Work for Deletion<Droplet> {
    const NAME: &'static str = "droplet.delete";
    const IS_DELETION: bool = true;

    fn resource(&self) -> Option<JobResource> {
        Some(JobResource::new("droplets", &self.guid))
    }

    async fn run(self, ports: &Ports) -> Result<(), Fault> {
        let app = transaction!(ports, |tx| {
            let found = tx.find_droplet(&self.guid, &Scope::Everything).await?;
            let Some(droplet) = found else { return Ok(None) };
            // The app before the droplet: the order in which a droplet is assigned.
            if let Some(app) = tx.lock_app(&droplet.app).await? {
                droplet.check_delete(&app)?;
                let place = app::place(tx, &app).await?;
                let data = json!({ "droplet_guid": self.guid.as_str() });
                let event =
                    ports.event("audit.app.droplet.delete", &self.actor(), app::party(&app), place, data);
                tx.record(&event).await?;
            }
            tx.delete_droplet(&self.guid).await?;
            forget(tx, ports, Forgotten::keys([BlobKey::droplet(&self.guid)])).await?;
            Ok(Some(droplet.app))
        })?;
        if let Some(app) = app {
            ports.log_api(&app, &format!("Deleting droplet for app with guid {app}"));
        }
        Ok(())
    }
}

/// Removes the droplets of an app, whose row the caller has locked and whose current droplet is cleared. Their bits, and the app's
/// buildpack caches, go after the commit.
pub async fn delete_all_of(tx: &mut DynTx, call: Call<'_>, app: &App, place: &Place) -> Result<(), Fault> {
    let droplets = tx.droplets_of_app(&app.guid).await?;
    for droplet in &droplets {
        tx.delete_droplet(&droplet.guid).await?;
        let data = json!({ "droplet_guid": droplet.guid.as_str() });
        let event =
            call.ports.event("audit.app.droplet.delete", call.actor, app::party(app), place.clone(), data);
        tx.record(&event).await?;
    }
    forget(tx, call.ports, Forgotten::keys(droplets.iter().map(|d| BlobKey::droplet(&d.guid)))).await?;
    forget(tx, call.ports, Forgotten::caches(&app.guid)).await
}
