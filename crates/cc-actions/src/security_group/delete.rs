//! `security_group_delete` and its job.

use super::{locked, may_manage};
use crate::fault::Fault;
use crate::job::{self, Deletion, Work};
use crate::ports::{Call, Ports, transaction};
use cc_domain::guid::Guid;
use cc_domain::job::{Job, JobResource};
use cc_domain::security_group::SecurityGroup;

/// Queues the deletion of a group, bound or not.
pub async fn delete(call: Call<'_>, guid: &Guid<SecurityGroup>) -> Result<Guid<Job>, Fault> {
    transaction!(call.ports, |tx| {
        locked(tx, call.actor, guid).await?;
        may_manage(call.actor)?;
        job::enqueue(tx, call.ports, &Deletion::of(guid, call.actor)).await
    })
}

/// One that is gone already is a success.
impl Work for Deletion<SecurityGroup> {
    const NAME: &'static str = "security_group.delete";
    const IS_DELETION: bool = true;

    fn resource(&self) -> Option<JobResource> {
        Some(JobResource::new("security_groups", &self.guid))
    }

    async fn run(self, ports: &Ports) -> Result<(), Fault> {
        transaction!(ports, |tx| {
            // So that nobody binds it meanwhile.
            tx.lock_security_group(&self.guid).await?;
            Ok(tx.delete_security_group(&self.guid).await?)
        })
    }
}
