//! `package_delete`, its job, and the packages of an app that goes.

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
use cc_domain::guid::Guid;
use cc_domain::job::{Job, JobResource};
use cc_domain::list::Scope;
use cc_domain::package::{Package, policy};
use cc_domain::store::DynTx;
use serde_json::json;

pub async fn delete(call: Call<'_>, guid: &Guid<Package>) -> Result<Guid<Job>, Fault> {
    transaction!(call.ports, |tx| {
        let found =
            tx.find_package(guid, &call.actor.scope()).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
        access::on_app(tx, call.actor, &found.app, &policy::MANAGE, RESOURCE).await?;
        job::enqueue(tx, call.ports, &Deletion::of(guid, call.actor)).await
    })
}

/// One that is gone already is a success. Builds and droplets stay.
impl Work for Deletion<Package> {
    const NAME: &'static str = "package.delete";
    const IS_DELETION: bool = true;

    fn resource(&self) -> Option<JobResource> {
        Some(JobResource::new("packages", &self.guid))
    }

    async fn run(self, ports: &Ports) -> Result<(), Fault> {
        let app = transaction!(ports, |tx| {
            let Some(package) = tx.lock_package(&self.guid).await? else { return Ok(None) };
            tx.delete_package(&self.guid).await?;
            forget(tx, ports, Forgotten::keys([BlobKey::package(&self.guid)])).await?;
            if let Some(app) = tx.find_app(&package.app, &Scope::Everything).await? {
                let place = app::place(tx, &app).await?;
                let data = json!({ "package_guid": self.guid.as_str() });
                let event =
                    ports.event("audit.app.package.delete", &self.actor(), app::party(&app), place, data);
                tx.record(&event).await?;
            }
            Ok(Some(package.app))
        })?;
        if let Some(app) = app {
            ports.log_api(&app, &format!("Deleting app package for app with guid {app}"));
        }
        Ok(())
    }
}

/// Removes the packages of an app, whose row the caller has locked; their bits go after the commit.
pub async fn delete_all_of(tx: &mut DynTx, call: Call<'_>, app: &App, place: &Place) -> Result<(), Fault> {
    let packages = tx.packages_of_app(&app.guid).await?;
    for package in &packages {
        tx.delete_package(&package.guid).await?;
        let data = json!({ "package_guid": package.guid.as_str() });
        let event =
            call.ports.event("audit.app.package.delete", call.actor, app::party(app), place.clone(), data);
        tx.record(&event).await?;
    }
    forget(tx, call.ports, Forgotten::keys(packages.iter().map(|p| BlobKey::package(&p.guid)))).await
}
