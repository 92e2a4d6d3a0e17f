//! Housekeeping: leases that ran out, jobs that nobody will ask for any more, builds that no engine ends, blobs without a
//! row, processes and tasks that the engine has otherwise than they are wanted.

use crate::settings::Settings;
use cc_actions::{Fault, Ports, blob, build, process, task};
use cc_domain::blob::sweep::Round;
use cc_domain::job::RETENTION_SECONDS;
use cc_domain::job::ports::JobQueue;
use cc_domain::store::StoreError;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, interval, interval_at};

/// The lease of the replica that prunes.
const PRUNING: &str = "jobs.prune";
/// The lease of the replica that ends lost builds.
const SWEEPING: &str = "builds.sweep";
/// The lease of the replica that removes blobs without a row.
const CLEARING: &str = "blobs.sweep";
/// The lease of the replica that compares wanted and running processes and tasks.
const COMPARING: &str = "processes.compare";
/// Rows deleted in one transaction.
const BATCH: i64 = 1_000;

pub(crate) struct Upkeep {
    pub(crate) ports: Ports,
    pub(crate) queue: Arc<dyn JobQueue>,
    pub(crate) settings: Arc<Settings>,
    pub(crate) stop: watch::Receiver<Option<Instant>>,
    pub(crate) released: Arc<Notify>,
}

impl Upkeep {
    /// Works until it is told to stop. The first round is at once, but for the removal of blobs.
    pub(crate) async fn work(mut self) {
        self.release(self.settings.is_alone).await;
        let mut releases = interval(self.settings.release_every);
        let mut prunes = interval(self.settings.prune_every);
        let mut sweeps = interval(self.settings.sweep_every);
        let clear_every = self.settings.clear_every;
        let mut clearings = interval_at(Instant::now() + clear_every, clear_every);
        let mut orphans = Round::default();
        let mut comparisons = interval(self.settings.compare_every);
        loop {
            tokio::select! {
                _ = self.stop.changed() => return,
                _ = releases.tick() => self.release(false).await,
                _ = prunes.tick() => {
                    if let Err(error) = self.prune().await {
                        tracing::warn!(%error, "finished jobs could not be pruned");
                    }
                }
                _ = sweeps.tick() => {
                    if let Err(fault) = self.sweep().await {
                        tracing::warn!(?fault, "lost builds could not be ended");
                    }
                }
                _ = clearings.tick() => match self.clear(&orphans).await {
                    Ok(round) => orphans = round,
                    Err(fault) => tracing::warn!(?fault, "blobs without a row could not be removed"),
                },
                _ = comparisons.tick() => {
                    if let Err(fault) = self.compare().await {
                        tracing::warn!(?fault, "wanted and running processes and tasks could not be compared");
                    }
                }
            }
        }
    }

    async fn release(&self, everything: bool) {
        match self.queue.release_expired(self.ports.now(), everything).await {
            Ok(0) => {}
            Ok(jobs) => {
                tracing::info!(jobs, "jobs of lost workers run again");
                self.released.notify_one();
            }
            Err(error) => tracing::warn!(%error, "leases could not be checked"),
        }
    }

    async fn prune(&self) -> Result<(), StoreError> {
        if !self.is_ours(PRUNING, self.settings.prune_every).await? {
            return Ok(());
        }
        let before = self.ports.now().plus_seconds(-RETENTION_SECONDS);
        while self.queue.prune(before, BATCH).await? == BATCH.unsigned_abs() {}
        Ok(())
    }

    async fn sweep(&self) -> Result<(), Fault> {
        if !self.is_ours(SWEEPING, self.settings.sweep_every).await? {
            return Ok(());
        }
        let builds = build::sweep(&self.ports).await?;
        if builds > 0 {
            tracing::warn!(builds, "builds were ended that their engine lost");
        }
        Ok(())
    }

    /// The blobs to be removed in the next round.
    async fn clear(&self, orphans: &Round) -> Result<Round, Fault> {
        if !self.is_ours(CLEARING, self.settings.clear_every).await? {
            return Ok(Round::default());
        }
        Ok(blob::sweep(&self.ports, orphans).await?.0)
    }

    async fn compare(&self) -> Result<(), Fault> {
        if !self.is_ours(COMPARING, self.settings.compare_every).await? {
            return Ok(());
        }
        // What is wrong with the one does not keep the other from being compared.
        let processes = process::sync_all(&self.ports).await;
        task::sync_all(&self.ports).await.and(processes)
    }

    /// Whether this replica does the work of that name, for as long as until the next round.
    async fn is_ours(&self, work: &str, every: Duration) -> Result<bool, StoreError> {
        let seconds = i64::try_from(every.as_secs()).unwrap_or(i64::MAX);
        self.queue.acquire_lease(work, &self.settings.owner, self.ports.now(), seconds).await
    }
}
