//! `domain_delete`: the request queues the job that [`super::deletion`] is.

use super::{RESOURCE, check_manage, visible};
use crate::fault::Fault;
use crate::job::{self, Deletion};
use crate::ports::{Ports, transaction};
use cc_domain::actor::Actor;
use cc_domain::domain::Domain;
use cc_domain::guid::Guid;
use cc_domain::job::Job;

/// Queues the deletion of the domain with all its routes.
pub async fn delete(ports: &Ports, actor: &Actor, guid: &Guid<Domain>) -> Result<Guid<Job>, Fault> {
    transaction!(ports, |tx| {
        let domain = visible(tx, actor, guid).await?;
        check_manage(tx, actor, &domain).await?;
        let domain = tx.lock_domain(guid).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
        domain.check_delete()?;
        job::enqueue(tx, ports, &Deletion::of(guid, actor)).await
    })
}
