//! `organization_quota_delete` and its job.

use super::{RESOURCE, may_manage, party};
use crate::fault::Fault;
use crate::job::{self, Deletion, Work};
use crate::ports::{Call, Ports, transaction};
use cc_domain::audit_event::Place;
use cc_domain::guid::Guid;
use cc_domain::job::{Job, JobResource};
use cc_domain::organization_quota::OrganizationQuota;
use serde_json::json;

/// Queues the deletion of a quota that applies to nothing.
pub async fn delete(call: Call<'_>, guid: &Guid<OrganizationQuota>) -> Result<Guid<Job>, Fault> {
    may_manage(call.actor)?;
    transaction!(call.ports, |tx| {
        let quota = tx.lock_organization_quota(guid).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
        quota.check_delete()?;
        job::enqueue(tx, call.ports, &Deletion::of(guid, call.actor)).await
    })
}

/// One that is gone already is a success. One that was applied meanwhile stays.
impl Work for Deletion<OrganizationQuota> {
    const NAME: &'static str = "organization_quota.delete";
    const IS_DELETION: bool = true;

    fn resource(&self) -> Option<JobResource> {
        Some(JobResource::new("organization_quotas", &self.guid))
    }

    async fn run(self, ports: &Ports) -> Result<(), Fault> {
        transaction!(ports, |tx| {
            let Some(quota) = tx.lock_organization_quota(&self.guid).await? else { return Ok(()) };
            quota.check_delete()?;
            tx.delete_organization_quota(&self.guid).await?;
            let (actor, target) = (self.actor(), party(&quota));
            let event =
                ports.event("audit.organization_quota.delete", &actor, target, Place::default(), json!({}));
            Ok(tx.record(&event).await?)
        })
    }
}
