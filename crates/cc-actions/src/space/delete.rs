//! `space_delete`: the request queues the job that [`super::deletion`] is.

use super::RESOURCE;
use crate::access;
use crate::fault::Fault;
use crate::job::{self, Deletion};
use crate::ports::{Ports, transaction};
use cc_domain::actor::Actor;
use cc_domain::guid::Guid;
use cc_domain::job::Job;
use cc_domain::space::{Space, policy};

/// Queues the deletion of the space with everything in it.
pub async fn delete(ports: &Ports, actor: &Actor, guid: &Guid<Space>) -> Result<Guid<Job>, Fault> {
    transaction!(ports, |tx| {
        access::in_space(tx, actor, guid, &policy::DELETE, RESOURCE).await?;
        tx.lock_space(guid).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
        job::enqueue(tx, ports, &Deletion::of(guid, actor)).await
    })
}
