//! `buildpack_delete` and its job.

use super::{RESOURCE, may_manage, party};
use crate::blob::{Forgotten, forget};
use crate::fault::Fault;
use crate::job::{self, Deletion, Work};
use crate::ports::{Call, Ports, transaction};
use cc_domain::audit_event::Place;
use cc_domain::buildpack::Buildpack;
use cc_domain::guid::Guid;
use cc_domain::job::{Job, JobResource};
use cc_domain::list::Scope;
use serde_json::json;

pub async fn delete(call: Call<'_>, guid: &Guid<Buildpack>) -> Result<Guid<Job>, Fault> {
    transaction!(call.ports, |tx| {
        tx.find_buildpack(guid, &Scope::Everything).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
        may_manage(call.actor)?;
        job::enqueue(tx, call.ports, &Deletion::of(guid, call.actor)).await
    })
}

/// One that is gone already is a success. Those behind it move up; its bits go after the commit.
impl Work for Deletion<Buildpack> {
    const NAME: &'static str = "buildpack.delete";
    const IS_DELETION: bool = true;

    fn resource(&self) -> Option<JobResource> {
        Some(JobResource::new("buildpacks", &self.guid))
    }

    async fn run(self, ports: &Ports) -> Result<(), Fault> {
        transaction!(ports, |tx| {
            let Some(buildpack) = tx.find_buildpack(&self.guid, &Scope::Everything).await? else {
                return Ok(());
            };
            let all = tx.lock_buildpacks(buildpack.lifecycle).await?;
            tx.delete_buildpack(&self.guid).await?;
            let rest: Vec<_> = all.into_iter().map(|b| b.guid).filter(|g| g != &self.guid).collect();
            tx.order_buildpacks(buildpack.lifecycle, &rest).await?;
            forget(tx, ports, Forgotten::buildpack(&self.guid)).await?;
            let target = party(&buildpack);
            let event =
                ports.event("audit.buildpack.delete", &self.actor(), target, Place::default(), json!({}));
            Ok(tx.record(&event).await?)
        })
    }
}
