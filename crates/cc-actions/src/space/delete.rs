//! `space_delete`: the request queues the job that [`super::deletion`] is.

use super::RESOURCE;
use crate::access;
use crate::fault::Fault;
use crate::job::{self, Deletion};
use crate::ports::{Call, transaction};
use cc_domain::guid::Guid;
use cc_domain::job::Job;
use cc_domain::space::{Space, policy};

/// Queues the deletion of the space with everything in it.
pub async fn delete(call: Call<'_>, guid: &Guid<Space>) -> Result<Guid<Job>, Fault> {
    transaction!(call.ports, |tx| {
        access::in_space(tx, call.actor, guid, &policy::DELETE, RESOURCE).await?;
        tx.lock_space(guid).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
        job::enqueue(tx, call.ports, &Deletion::of(guid, call.actor)).await
    })
}
