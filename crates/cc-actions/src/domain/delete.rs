//! `domain_delete`: the request queues the job that [`super::deletion`] is.

use super::{RESOURCE, check_manage, visible};
use crate::fault::Fault;
use crate::job::{self, Deletion};
use crate::ports::Ports;
use cc_domain::actor::Actor;
use cc_domain::domain::Domain;
use cc_domain::guid::Guid;
use cc_domain::job::Job;
use cc_domain::store::{DynTx, finish};

/// Queues the deletion of the domain with all its routes.
pub async fn delete(ports: &Ports, actor: &Actor, guid: &Guid<Domain>) -> Result<Guid<Job>, Fault> {
    let mut tx = ports.store.begin().await?;
    let outcome = steps(tx.as_mut(), ports, actor, guid).await;
    finish(tx, outcome).await
}

async fn steps(
    tx: &mut DynTx,
    ports: &Ports,
    actor: &Actor,
    guid: &Guid<Domain>,
) -> Result<Guid<Job>, Fault> {
    let domain = visible(tx, actor, guid).await?;
    check_manage(tx, actor, &domain).await?;
    let domain = tx.lock_domain(guid).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
    domain.check_delete()?;
    job::enqueue(tx, ports, &Deletion::of(guid, actor)).await
}
