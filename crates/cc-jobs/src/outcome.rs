//! From what a handler came to, to what the queue records.

use cc_actions::Fault;
use cc_actions::fault::catalogue;
use cc_domain::job::{ClaimedJob, JobOutcome, MAX_ATTEMPTS, retry_at};
use cc_domain::time::Timestamp;

/// Runs of a job whose statement is refused: another connection or another moment may help, and then nothing does.
const STATEMENT_ATTEMPTS: i32 = 3;

/// The end of a run. Retries are bounded: the last one that fails, fails the job.
pub(crate) fn of(job: &ClaimedJob, result: Result<JobOutcome, Fault>, now: Timestamp) -> JobOutcome {
    match result {
        Ok(JobOutcome::Retry { at, reason }) => retry(job, at, reason, &Fault::internal("the job gave up")),
        Ok(outcome) => outcome,
        Err(fault) if is_worth_another_run(&fault) && !is_spent(job, &fault) => {
            retry(job, retry_at(job.attempt, now), format!("{fault:?}"), &fault)
        }
        Err(fault) => JobOutcome::Failed { errors: fault.job_errors(), warnings: Vec::new() },
    }
}

/// A handler that panicked: repeated, since what it met may have been passing.
pub(crate) fn of_panic(job: &ClaimedJob, now: Timestamp) -> JobOutcome {
    let fault = Fault::internal("the handler panicked");
    retry(job, retry_at(job.attempt, now), "the handler panicked".to_owned(), &fault)
}

fn retry(job: &ClaimedJob, at: Timestamp, reason: String, last: &Fault) -> JobOutcome {
    if job.attempt >= MAX_ATTEMPTS {
        JobOutcome::Failed { errors: last.job_errors(), warnings: Vec::new() }
    } else {
        JobOutcome::Retry { at, reason }
    }
}

/// A defect of ours that may come out otherwise, a busy database, or a dependency that is away. A 502 is the verdict on something within, and stands.
fn is_worth_another_run(fault: &Fault) -> bool {
    let may_pass = fault.kind.status == 503 || *fault.kind == *catalogue::UNKNOWN_ERROR;
    fault.is_transient || (may_pass && !fault.is_lasting)
}

/// A client waits meanwhile, so a statement that keeps failing is given up within seconds.
fn is_spent(job: &ClaimedJob, fault: &Fault) -> bool {
    fault.is_refused_statement() && job.attempt >= STATEMENT_ATTEMPTS
}

/// The label of metrics and log lines.
pub(crate) fn label(outcome: &JobOutcome) -> &'static str {
    match outcome {
        JobOutcome::Done { .. } => "done",
        JobOutcome::Failed { .. } => "failed",
        JobOutcome::Retry { .. } => "retry",
        JobOutcome::Waiting { .. } => "waiting",
    }
}
