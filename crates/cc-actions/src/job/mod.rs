//! Jobs: queueing work, and what a client that polls it reads.

use crate::fault::Fault;
use crate::ports::Ports;
use cc_domain::actor::{Actor, ActorKind};
use cc_domain::guid::Guid;
use cc_domain::job::{ClaimedJob, Job, JobKind, JobResource, NewJob};
use cc_domain::store::DynTx;
use serde_json::{Value, json};
use std::time::Duration;

/// A pollable job on one resource. The collection is the API's word for it, as in `apps`.
pub(crate) async fn enqueue(
    tx: &mut DynTx,
    ports: &Ports,
    operation: &'static str,
    collection: &str,
    guid: &str,
    payload: Value,
) -> Result<Guid<Job>, Fault> {
    let now = ports.now();
    let job = NewJob {
        guid: ports.new_guid(),
        operation,
        payload,
        kind: JobKind::Pollable,
        resource: Some(JobResource { collection: collection.to_owned(), guid: guid.to_owned() }),
        priority: 0,
        run_at: now,
        created_at: now,
    };
    tx.enqueue(&job).await?;
    Ok(job.guid)
}

/// The deletion of one resource as a pollable job. Its payload is the guid and who asked for it, for the events of the deletion.
pub(crate) async fn enqueue_deletion(
    tx: &mut DynTx,
    ports: &Ports,
    actor: &Actor,
    operation: &'static str,
    collection: &str,
    guid: &str,
) -> Result<Guid<Job>, Fault> {
    let payload = json!({ "guid": guid, "actor": { "guid": actor.user.as_str(), "name": actor.name, "type": actor.kind.as_str() } });
    enqueue(tx, ports, operation, collection, guid, payload).await
}

/// The guid in the payload of a deletion, and on whose behalf it runs: with all rights, since they were checked when it was asked for.
pub fn deletion_of<T: ?Sized>(job: &ClaimedJob) -> Result<(Guid<T>, Actor), Fault> {
    let text = |pointer: &str| job.payload.pointer(pointer).and_then(Value::as_str);
    let guid = text("/guid").ok_or_else(|| Fault::internal("the payload of a deletion names no guid"))?;
    let system = Actor::system();
    let kind = match text("/actor/type") {
        Some("user") => ActorKind::User,
        Some("client") => ActorKind::Client,
        _ => ActorKind::System,
    };
    let actor = Actor {
        user: text("/actor/guid").map_or(system.user, Guid::from),
        name: text("/actor/name").map_or(system.name, str::to_owned),
        kind,
        scopes: system.scopes,
    };
    Ok((Guid::new(guid), actor))
}

/// `job_get`: anyone who is authenticated and knows the guid. One that is not over is held up to `hold`, and answered when it ends.
pub async fn get(ports: &Ports, guid: &Guid<Job>, hold: Duration) -> Result<Job, Fault> {
    let found = read(ports, guid).await?;
    if found.state.is_over() || hold.is_zero() {
        return Ok(found);
    }
    ports.queue.wait_for_end(guid, hold).await;
    read(ports, guid).await
}

async fn read(ports: &Ports, guid: &Guid<Job>) -> Result<Job, Fault> {
    let mut reader = ports.store.reader().await?;
    reader.find_job(guid).await?.ok_or_else(|| Fault::not_found("Job"))
}
