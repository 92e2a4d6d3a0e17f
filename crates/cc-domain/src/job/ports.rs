//! How jobs are kept, claimed and ended.

use super::{ClaimedJob, Job, JobOutcome, NewJob};
use crate::guid::Guid;
use crate::store::error::StoreError;
use crate::time::Timestamp;
use async_trait::async_trait;
use std::time::Duration;

#[async_trait]
pub trait JobReads {
    /// A job that clients may poll; internal ones are not found.
    async fn find_job(&mut self, guid: &Guid<Job>) -> Result<Option<Job>, StoreError>;
}

#[async_trait]
pub trait JobWrites: JobReads {
    /// Queues work. It becomes visible to workers with the commit.
    async fn enqueue(&mut self, job: &NewJob) -> Result<(), StoreError>;
}

/// The workers' side of the queue, each call its own transaction.
#[async_trait]
pub trait JobQueue: Send + Sync + 'static {
    /// Takes up to `max` jobs that are due, by priority, then age. No job is held by two workers.
    async fn claim(&self, owner: &str, max: i64, now: Timestamp) -> Result<Vec<ClaimedJob>, StoreError>;
    /// Extends the lease; `false` if it was lost, and then the run's result must be dropped.
    async fn heartbeat(&self, job: &ClaimedJob, now: Timestamp) -> Result<bool, StoreError>;
    /// Records how a run ended; `false` if the lease was lost and nothing was recorded.
    async fn end(&self, job: &ClaimedJob, outcome: &JobOutcome, now: Timestamp) -> Result<bool, StoreError>;
    /// Returns jobs whose lease ran out to the queue; the number of them. With `everything`, all running ones: only for a process that
    /// holds the data folder alone and just started.
    async fn release_expired(&self, now: Timestamp, everything: bool) -> Result<u64, StoreError>;
    /// When the next waiting job is due, if any.
    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError>;
    /// Deletes finished jobs older than `before`, at most `max`; the number deleted.
    async fn prune(&self, before: Timestamp, max: i64) -> Result<u64, StoreError>;
    /// Returns when a commit enqueued work (in this process or, on PostgreSQL, in any) or after `at_most`.
    async fn wait_for_work(&self, at_most: Duration);
    /// Returns when a pollable job ended or `at_most` passed: for held reads.
    async fn wait_for_end(&self, guid: &Guid<Job>, at_most: Duration);
    /// Takes or renews a named lease for periodic work, so that one replica does it; `false` if another holds it.
    async fn acquire_lease(
        &self,
        name: &str,
        owner: &str,
        now: Timestamp,
        seconds: i64,
    ) -> Result<bool, StoreError>;
}
