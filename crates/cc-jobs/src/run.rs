//! One run of one job: the handler beside its heartbeat, then the record of how it ended.

use crate::outcome;
use crate::registry::Registry;
use crate::settings::Settings;
use cc_actions::{Fault, Ports};
use cc_domain::job::ports::JobQueue;
use cc_domain::job::{ClaimedJob, JobOutcome, LEASE_SECONDS};
use cc_domain::store::StoreError;
use futures_util::FutureExt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Tries to record an end before it is left to the lease.
const END_TRIES: u32 = 5;
/// Between two of them.
const END_PAUSE: Duration = Duration::from_millis(200);

/// Runs the job to its end, or until its lease is lost: then the handler is dropped where it stands and nothing is recorded.
pub(crate) async fn run(
    ports: Ports,
    queue: Arc<dyn JobQueue>,
    registry: Arc<Registry>,
    settings: Arc<Settings>,
    job: ClaimedJob,
) {
    let started = Instant::now();
    tokio::select! {
        () = work(&ports, queue.as_ref(), &registry, &job, started) => {}
        () = lease_lost(&ports, queue.as_ref(), &settings, &job) => {
            count(&job, "lease_lost", started);
            tracing::warn!(job.guid = %job.guid, operation = job.operation, attempt = job.attempt, "the lease was lost, the run is dropped");
        }
    }
}

async fn work(ports: &Ports, queue: &dyn JobQueue, registry: &Registry, job: &ClaimedJob, started: Instant) {
    let result = match registry.handler(&job.operation) {
        Some(handler) => {
            AssertUnwindSafe(async { handler(ports.clone(), job.clone()).await }).catch_unwind().await
        }
        // Another replica may be newer and know it.
        None => Ok(Err(Fault::internal(format!("no handler for {}", job.operation)))),
    };
    let ended = if let Ok(result) = result {
        report(job, &result);
        outcome::of(job, result, ports.now())
    } else {
        metrics::counter!("cc_panics_total").increment(1);
        tracing::error!(job.guid = %job.guid, operation = job.operation, attempt = job.attempt, "a job's handler panicked");
        outcome::of_panic(job, ports.now())
    };
    record(ports, queue, job, &ended, started).await;
}

fn report(job: &ClaimedJob, result: &Result<JobOutcome, Fault>) {
    match result {
        Err(fault) if fault.is_transient => {
            tracing::debug!(job.guid = %job.guid, operation = job.operation, "the database was busy");
        }
        Err(fault) if fault.is_internal() => {
            tracing::error!(job.guid = %job.guid, operation = job.operation, attempt = job.attempt, fault = ?fault, "a job failed");
        }
        Err(fault) => {
            tracing::info!(job.guid = %job.guid, operation = job.operation, fault = ?fault, "a job was refused");
        }
        Ok(_) => {}
    }
}

/// Records the end. If the database stays away, the lease runs out and the job runs again.
async fn record(ports: &Ports, queue: &dyn JobQueue, job: &ClaimedJob, ended: &JobOutcome, started: Instant) {
    for last in (0..END_TRIES).rev() {
        match queue.end(job, ended, ports.now()).await {
            Ok(true) => {
                count(job, outcome::label(ended), started);
                return;
            }
            Ok(false) => {
                count(job, "lease_lost", started);
                tracing::warn!(job.guid = %job.guid, operation = job.operation, attempt = job.attempt, "the lease was lost, the result is dropped");
                return;
            }
            Err(error) if last == 0 => {
                tracing::error!(job.guid = %job.guid, operation = job.operation, %error, "the end of a job could not be recorded");
            }
            Err(_) => sleep(END_PAUSE).await,
        }
    }
}

/// Extends the lease until it is lost; a database that does not answer for as long as a lease lasts has lost it too.
async fn lease_lost(ports: &Ports, queue: &dyn JobQueue, settings: &Settings, job: &ClaimedJob) {
    let lease = Duration::from_secs(LEASE_SECONDS.unsigned_abs());
    let mut extended = Instant::now();
    loop {
        sleep(settings.heartbeat).await;
        let asked = Instant::now();
        match queue.heartbeat(job, ports.now()).await {
            Ok(true) => extended = asked,
            Ok(false) => return,
            Err(_) if asked.duration_since(extended) >= lease => return,
            Err(error) => {
                tracing::warn!(job.guid = %job.guid, operation = job.operation, %error, "a lease could not be extended");
            }
        }
    }
}

fn count(job: &ClaimedJob, outcome: &'static str, started: Instant) {
    let operation = job.operation.clone();
    metrics::histogram!("cc_job_seconds", "operation" => operation.clone(), "outcome" => outcome)
        .record(started.elapsed());
    metrics::counter!("cc_jobs_total", "operation" => operation, "outcome" => outcome).increment(1);
}

/// Runs what is due, one job after the other, until nothing is: for tests and for commands that do their work and end. The number of runs.
pub async fn run_due(
    ports: &Ports,
    queue: &Arc<dyn JobQueue>,
    registry: &Registry,
) -> Result<usize, StoreError> {
    let settings = Settings::new(format!("once-{}", ports.ids.uuid()));
    let (registry, settings) = (Arc::new(registry.clone()), Arc::new(settings));
    let mut runs = 0;
    loop {
        let jobs = queue.claim(&settings.owner, 1, ports.now()).await?;
        let Some(job) = jobs.into_iter().next() else { return Ok(runs) };
        run(ports.clone(), Arc::clone(queue), Arc::clone(&registry), Arc::clone(&settings), job).await;
        runs += 1;
    }
}
