//! Jobs: queueing work, and what a client that polls it reads.

mod deletion;

pub use deletion::Deletion;

use crate::fault::Fault;
use crate::hold::Hold;
use crate::ports::Ports;
use cc_domain::actor::Actor;
use cc_domain::guid::Guid;
use cc_domain::job::{Job, JobKind, JobResource, NewJob};
use cc_domain::store::DynTx;
use serde_json::Value;

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

/// The deletion of one resource as a pollable job that knows who asked for it: the handler gets a [`Deletion`].
pub(crate) async fn enqueue_deletion(
    tx: &mut DynTx,
    ports: &Ports,
    actor: &Actor,
    operation: &'static str,
    collection: &str,
    guid: &str,
) -> Result<Guid<Job>, Fault> {
    let payload = serde_json::to_value(Deletion::of(guid, actor)).map_err(Fault::internal)?;
    enqueue(tx, ports, operation, collection, guid, payload).await
}

/// Work that nobody polls. With a key, at most one such job waits.
pub(crate) async fn enqueue_internal(
    tx: &mut DynTx,
    ports: &Ports,
    operation: &'static str,
    dedup_key: Option<String>,
    payload: Value,
) -> Result<(), Fault> {
    let now = ports.now();
    tx.enqueue(&NewJob {
        guid: ports.new_guid(),
        operation,
        payload,
        kind: JobKind::Internal { dedup_key },
        resource: None,
        priority: 0,
        run_at: now,
        created_at: now,
    })
    .await?;
    Ok(())
}

/// Work that nobody polls, to be done in so many seconds.
pub(crate) async fn enqueue_internal_in(
    tx: &mut DynTx,
    ports: &Ports,
    operation: &'static str,
    payload: Value,
    seconds: i64,
) -> Result<(), Fault> {
    let now = ports.now();
    tx.enqueue(&NewJob {
        guid: ports.new_guid(),
        operation,
        payload,
        kind: JobKind::Internal { dedup_key: None },
        resource: None,
        priority: 0,
        run_at: now.plus_seconds(seconds),
        created_at: now,
    })
    .await?;
    Ok(())
}

/// `job_get`: anyone who is authenticated and knows the guid. One that is not over is held up to `hold`, and answered when it ends.
pub async fn get(ports: &Ports, guid: &Guid<Job>, hold: &Hold) -> Result<Job, Fault> {
    let found = read(ports, guid).await?;
    if found.state.is_over() || hold.is_none() {
        return Ok(found);
    }
    ports.queue.wait_for_end(guid, hold.begin()).await;
    read(ports, guid).await
}

async fn read(ports: &Ports, guid: &Guid<Job>) -> Result<Job, Fault> {
    let mut reader = ports.store.reader().await?;
    reader.find_job(guid).await?.ok_or_else(|| Fault::not_found("Job"))
}
