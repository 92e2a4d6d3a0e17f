//! `space_quota_delete` and its job.

use super::{locked, party};
use crate::fault::Fault;
use crate::job::{self, Deletion, Work};
use crate::ports::{Call, Ports, transaction};
use cc_domain::audit_event::Place;
use cc_domain::guid::Guid;
use cc_domain::job::{Job, JobResource};
use cc_domain::list::Scope;
use cc_domain::space_quota::SpaceQuota;
use serde_json::json;

/// Queues the deletion of a quota that applies to nothing.
pub async fn delete(call: Call<'_>, guid: &Guid<SpaceQuota>) -> Result<Guid<Job>, Fault> {
    transaction!(call.ports, |tx| {
        locked(tx, call.actor, guid).await?.check_delete()?;
        job::enqueue(tx, call.ports, &Deletion::of(guid, call.actor)).await
    })
}

/// One that is gone already is a success. Spaces to which it was applied meanwhile have none then.
impl Work for Deletion<SpaceQuota> {
    const NAME: &'static str = "space_quota.delete";
    const IS_DELETION: bool = true;

    fn resource(&self) -> Option<JobResource> {
        Some(JobResource::new("space_quotas", &self.guid))
    }

    async fn run(self, ports: &Ports) -> Result<(), Fault> {
        transaction!(ports, |tx| {
            let found = tx.find_space_quota(&self.guid, &Scope::Everything).await?;
            let Some(found) = found else { return Ok(()) };
            tx.lock_organization(&found.organization).await?;
            let Some(quota) = tx.lock_space_quota(&self.guid).await? else { return Ok(()) };
            tx.delete_space_quota(&self.guid).await?;
            let (actor, target) = (self.actor(), party(&quota));
            let place = Place::organization(&quota.organization);
            Ok(tx.record(&ports.event("audit.space_quota.delete", &actor, target, place, json!({}))).await?)
        })
    }
}
