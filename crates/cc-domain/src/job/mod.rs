//! Jobs: work that follows a change, queued in the change's own transaction (domain-rules 32).

mod clocks;
pub mod ports;

pub use clocks::{LONGEST_DELAY_SECONDS, is_due, latest_believable, lease_is_over};

use crate::guid::Guid;
use crate::time::Timestamp;
use std::str::FromStr;

/// A job as a client that polls it sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    pub guid: Guid<Job>,
    /// As in `app.delete`.
    pub operation: String,
    pub state: JobState,
    pub errors: Vec<JobError>,
    pub warnings: Vec<String>,
    /// What the job is about, for the link beside `self`: the collection's name in the API and the guid. Shown while the resource exists.
    pub resource: Option<JobResource>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobResource {
    /// As in `apps`.
    pub collection: String,
    pub guid: String,
}

impl JobResource {
    pub fn new<T: ?Sized>(collection: &str, guid: &Guid<T>) -> Self {
        Self { collection: collection.to_owned(), guid: guid.as_str().to_owned() }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobState {
    Processing,
    /// Waiting for an external operation between two runs.
    Polling,
    Complete,
    Failed,
}

impl JobState {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Processing => "PROCESSING",
            Self::Polling => "POLLING",
            Self::Complete => "COMPLETE",
            Self::Failed => "FAILED",
        }
    }

    pub const fn is_over(self) -> bool {
        matches!(self, Self::Complete | Self::Failed)
    }
}

impl FromStr for JobState {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Processing, Self::Polling, Self::Complete, Self::Failed]
            .into_iter()
            .find(|s| s.as_str() == text)
            .ok_or(())
    }
}

/// One entry of a failed job: what an answer of the API would have said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobError {
    pub code: u32,
    /// With its prefix, as in `CF-UnprocessableEntity`.
    pub title: String,
    pub detail: String,
}

/// Work to be queued. The payload is what the handler of `operation` reads; secrets do not belong in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewJob {
    pub guid: Guid<Job>,
    pub operation: &'static str,
    pub payload: serde_json::Value,
    pub kind: JobKind,
    pub resource: Option<JobResource>,
    /// Smaller runs earlier.
    pub priority: i32,
    /// Not before this moment.
    pub run_at: Timestamp,
    pub created_at: Timestamp,
}

/// What clients poll stays for 90 days and never merges; what is internal is gone when done and may merge with work that still waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobKind {
    Pollable,
    /// With a key, at most one such job waits: queueing another is dropped. One that already runs does not count.
    Internal {
        dedup_key: Option<String>,
    },
}

/// A job that a worker holds. `attempt` is the fencing token: a result counts only while lease and attempt are still the worker's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedJob {
    pub guid: Guid<Job>,
    pub operation: String,
    pub payload: serde_json::Value,
    /// From 1.
    pub attempt: i32,
    pub owner: String,
    pub created_at: Timestamp,
}

/// How a run of a job ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobOutcome {
    Done {
        warnings: Vec<String>,
    },
    /// For good; a client sees the errors.
    Failed {
        errors: Vec<JobError>,
        warnings: Vec<String>,
    },
    /// To be run again at the given time, because of a fault of ours or a dependency.
    Retry {
        at: Timestamp,
        reason: String,
    },
    /// The work goes on elsewhere; look again at the given time. A client sees POLLING.
    Waiting {
        at: Timestamp,
    },
}

/// Runs of a repeatable step before it is given up.
pub const MAX_ATTEMPTS: i32 = 10;
/// A lease lasts this long without a heartbeat.
pub const LEASE_SECONDS: i64 = 30;
/// Seconds that a finished pollable job is kept: 90 days.
pub const RETENTION_SECONDS: i64 = 90 * 24 * 3600;

/// When a run that failed for the `attempt`-th time (from 1) is repeated: exponential from half a second up to 5 minutes.
pub fn retry_at(attempt: i32, now: Timestamp) -> Timestamp {
    let doublings = u32::try_from(attempt.clamp(1, 20) - 1).unwrap_or(0);
    let micros = 500_000_i64.saturating_mul(1_i64 << doublings).min(300 * 1_000_000);
    now.plus_micros(micros)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn retries_come_later_and_later_within_bounds(attempt in 1_i32..1000) {
            let now = Timestamp::from_seconds(1_000);
            let delay = retry_at(attempt, now).micros_since(now);
            prop_assert!((500_000..=300_000_000).contains(&delay));
            prop_assert!(retry_at(attempt + 1, now) >= retry_at(attempt, now));
        }
    }
}
