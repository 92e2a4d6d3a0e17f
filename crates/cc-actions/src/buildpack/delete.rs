//! `buildpack_delete` and its job.

use super::{RESOURCE, may_manage, party};
use crate::blob::{Forgotten, forget};
use crate::fault::Fault;
use crate::job::{self, Deletion};
use crate::ports::Ports;
use cc_domain::actor::Actor;
use cc_domain::audit_event::Place;
use cc_domain::buildpack::Buildpack;
use cc_domain::guid::Guid;
use cc_domain::job::Job;
use cc_domain::list::Scope;
use cc_domain::store::{DynTx, finish};
use serde_json::json;

pub async fn delete(ports: &Ports, actor: &Actor, guid: &Guid<Buildpack>) -> Result<Guid<Job>, Fault> {
    let mut tx = ports.store.begin().await?;
    let outcome = steps(tx.as_mut(), ports, actor, guid).await;
    finish(tx, outcome).await
}

async fn steps(
    tx: &mut DynTx,
    ports: &Ports,
    actor: &Actor,
    guid: &Guid<Buildpack>,
) -> Result<Guid<Job>, Fault> {
    tx.find_buildpack(guid, &Scope::Everything).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
    may_manage(actor)?;
    job::enqueue_deletion(tx, ports, actor, "buildpack.delete", "buildpacks", guid.as_str()).await
}

/// The job `buildpack.delete`. One that is gone already is a success. Those behind it move up; its bits go after the commit.
pub async fn deletion(ports: &Ports, order: Deletion) -> Result<(), Fault> {
    let mut tx = ports.store.begin().await?;
    let outcome = remove(tx.as_mut(), ports, &order).await;
    finish(tx, outcome).await
}

async fn remove(tx: &mut DynTx, ports: &Ports, order: &Deletion) -> Result<(), Fault> {
    let guid = order.guid();
    let Some(buildpack) = tx.find_buildpack(&guid, &Scope::Everything).await? else { return Ok(()) };
    let all = tx.lock_buildpacks(buildpack.lifecycle).await?;
    tx.delete_buildpack(&guid).await?;
    let rest: Vec<_> = all.into_iter().map(|b| b.guid).filter(|g| *g != guid).collect();
    tx.order_buildpacks(buildpack.lifecycle, &rest).await?;
    forget(tx, ports, Forgotten::buildpack(&guid)).await?;
    let target = party(&buildpack);
    let event = ports.event("audit.buildpack.delete", &order.actor(), target, Place::default(), json!({}));
    Ok(tx.record(&event).await?)
}
