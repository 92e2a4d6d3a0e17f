//! `domain_delete`: the request queues the job that [`super::deletion`] is.

use super::{RESOURCE, check_manage, visible};
use crate::fault::Fault;
use crate::job::{self, Deletion};
use crate::ports::{Call, transaction};
use cc_domain::domain::Domain;
use cc_domain::guid::Guid;
use cc_domain::job::Job;

/// Queues the deletion of the domain with all its routes.
pub async fn delete(call: Call<'_>, guid: &Guid<Domain>) -> Result<Guid<Job>, Fault> {
    transaction!(call.ports, |tx| {
        let domain = visible(tx, call.actor, guid).await?;
        check_manage(tx, call.actor, &domain).await?;
        let domain = tx.lock_domain(guid).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
        domain.check_delete()?;
        job::enqueue(tx, call.ports, &Deletion::of(guid, call.actor)).await
    })
}
