//! Jobs: queueing work, and what a client that polls it reads.

mod deletion;
mod kinds;
mod work;

pub use deletion::Deletion;
pub use kinds::{KINDS, Kind};
pub use work::Work;

use crate::fault::Fault;
use crate::hold::Hold;
use crate::ports::Ports;
use cc_domain::guid::Guid;
use cc_domain::job::{Job, JobKind, NewJob};
use cc_domain::store::DynTx;

/// Queues work within the transaction of the change that it follows. The guid is that of the job, for work that clients poll.
pub(crate) async fn enqueue<W: Work>(tx: &mut DynTx, ports: &Ports, work: &W) -> Result<Guid<Job>, Fault> {
    enqueue_in(tx, ports, work, 0).await
}

/// The same, to be done in so many seconds: at most [`LONGEST_DELAY_SECONDS`](cc_domain::job::LONGEST_DELAY_SECONDS).
pub(crate) async fn enqueue_in<W: Work>(
    tx: &mut DynTx,
    ports: &Ports,
    work: &W,
    seconds: i64,
) -> Result<Guid<Job>, Fault> {
    let (now, resource) = (ports.now(), work.resource());
    let job = NewJob {
        guid: ports.new_guid(),
        operation: W::NAME,
        payload: serde_json::to_value(work).map_err(Fault::internal)?,
        kind: match resource {
            Some(_) => JobKind::Pollable,
            None => JobKind::Internal { dedup_key: work.key() },
        },
        resource,
        priority: W::PRIORITY,
        run_at: now.plus_seconds(seconds),
        created_at: now,
    };
    tx.enqueue(&job).await?;
    Ok(job.guid)
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
