//! `organization_delete`: the request queues the job that [`super::deletion`] is.

use super::RESOURCE;
use crate::access;
use crate::fault::Fault;
use crate::job::{self, Deletion};
use crate::ports::{Ports, transaction};
use cc_domain::actor::Actor;
use cc_domain::guid::Guid;
use cc_domain::job::Job;
use cc_domain::organization::{Organization, policy};

/// Queues the deletion of the organization with everything in it. Admins only.
pub async fn delete(ports: &Ports, actor: &Actor, guid: &Guid<Organization>) -> Result<Guid<Job>, Fault> {
    transaction!(ports, |tx| {
        access::in_organization(tx, actor, guid, &policy::DELETE, RESOURCE).await?;
        tx.lock_organization(guid).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
        job::enqueue(tx, ports, &Deletion::of(guid, actor)).await
    })
}
