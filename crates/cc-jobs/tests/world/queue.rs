//! The queue's promises in a few lines: leases, attempts, due times.

use super::TestClock;
use async_trait::async_trait;
use cc_domain::guid::Guid;
use cc_domain::job::ports::JobQueue;
use cc_domain::job::{ClaimedJob, Job, JobOutcome, LEASE_SECONDS};
use cc_domain::ports::Clock;
use cc_domain::store::StoreError;
use cc_domain::time::Timestamp;
use serde_json::json;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Notify;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    Waiting,
    Running { owner: String, until: Timestamp },
    Ended(JobOutcome),
}

#[derive(Clone, Debug)]
struct Row {
    operation: String,
    state: State,
    attempt: i32,
    due: Timestamp,
}

#[derive(Default)]
struct Inner {
    rows: Vec<Row>,
    leases: HashMap<String, (String, Timestamp)>,
    calls: HashMap<&'static str, usize>,
    /// The database is away for so many more calls.
    refusals: usize,
}

pub struct MemoryQueue {
    inner: Mutex<Inner>,
    work: Notify,
    ended: Notify,
    clock: Arc<TestClock>,
}

impl MemoryQueue {
    pub fn new(clock: Arc<TestClock>) -> Self {
        Self { inner: Mutex::default(), work: Notify::new(), ended: Notify::new(), clock }
    }

    /// Queues a job and wakes the workers; its number.
    pub fn push(&self, operation: &str) -> usize {
        let row =
            Row { operation: operation.to_owned(), state: State::Waiting, attempt: 0, due: self.clock.now() };
        let mut inner = self.inner.lock().unwrap();
        inner.rows.push(row);
        self.work.notify_waiters();
        inner.rows.len() - 1
    }

    /// Queues a job that is due later.
    pub fn push_later(&self, seconds: i64) -> usize {
        let number = self.push("work");
        self.inner.lock().unwrap().rows[number].due = self.clock.now().plus_seconds(seconds);
        number
    }

    /// A job that some other worker holds.
    pub fn push_running(&self, owner: &str, seconds: i64) -> usize {
        let number = self.push("work");
        let until = self.clock.now().plus_seconds(seconds);
        let row = &mut self.inner.lock().unwrap().rows[number];
        (row.state, row.attempt) = (State::Running { owner: owner.to_owned(), until }, 1);
        number
    }

    /// Gives the job to somebody else, as if the lease had run out.
    pub fn steal(&self, number: usize) {
        let until = self.clock.now().plus_seconds(LEASE_SECONDS);
        let row = &mut self.inner.lock().unwrap().rows[number];
        row.attempt += 1;
        row.state = State::Running { owner: "thief".to_owned(), until };
    }

    pub fn refuse(&self, calls: usize) {
        self.inner.lock().unwrap().refusals = calls;
    }

    pub fn state(&self, number: usize) -> State {
        self.inner.lock().unwrap().rows[number].state.clone()
    }

    pub fn attempt(&self, number: usize) -> i32 {
        self.inner.lock().unwrap().rows[number].attempt
    }

    pub fn calls(&self, name: &str) -> usize {
        self.inner.lock().unwrap().calls.get(name).copied().unwrap_or(0)
    }

    /// Returns when the job is over.
    pub async fn ended(&self, number: usize) -> JobOutcome {
        loop {
            let ended = self.ended.notified();
            if let State::Ended(outcome) = self.state(number) {
                return outcome;
            }
            ended.await;
        }
    }

    fn count(&self, name: &'static str) -> Result<(), StoreError> {
        let mut inner = self.inner.lock().unwrap();
        *inner.calls.entry(name).or_default() += 1;
        if inner.refusals > 0 {
            inner.refusals -= 1;
            return Err(StoreError::Busy);
        }
        Ok(())
    }

    /// Whether the worker still holds what it claimed.
    fn holds(row: &Row, job: &ClaimedJob) -> bool {
        row.attempt == job.attempt
            && matches!(&row.state, State::Running { owner, .. } if *owner == job.owner)
    }
}

fn number(job: &ClaimedJob) -> usize {
    job.guid.as_str().parse().unwrap()
}

#[async_trait]
impl JobQueue for MemoryQueue {
    async fn claim(&self, owner: &str, max: i64, now: Timestamp) -> Result<Vec<ClaimedJob>, StoreError> {
        self.count("claim")?;
        let mut inner = self.inner.lock().unwrap();
        let due =
            inner.rows.iter_mut().enumerate().filter(|(_, r)| r.state == State::Waiting && r.due <= now);
        let claimed = due.take(usize::try_from(max).unwrap()).map(|(number, row)| {
            row.attempt += 1;
            row.state = State::Running { owner: owner.to_owned(), until: now.plus_seconds(LEASE_SECONDS) };
            ClaimedJob {
                guid: Guid::new(number.to_string()),
                operation: row.operation.clone(),
                payload: json!({}),
                attempt: row.attempt,
                owner: owner.to_owned(),
                created_at: row.due,
            }
        });
        Ok(claimed.collect())
    }

    async fn heartbeat(&self, job: &ClaimedJob, now: Timestamp) -> Result<bool, StoreError> {
        self.count("heartbeat")?;
        let row = &mut self.inner.lock().unwrap().rows[number(job)];
        let holds = Self::holds(row, job);
        if let (true, State::Running { until, .. }) = (holds, &mut row.state) {
            *until = now.plus_seconds(LEASE_SECONDS);
        }
        Ok(holds)
    }

    async fn end(&self, job: &ClaimedJob, outcome: &JobOutcome, _now: Timestamp) -> Result<bool, StoreError> {
        self.count("end")?;
        let row = &mut self.inner.lock().unwrap().rows[number(job)];
        if !Self::holds(row, job) {
            return Ok(false);
        }
        match outcome {
            JobOutcome::Retry { at, .. } | JobOutcome::Waiting { at } => {
                (row.state, row.due) = (State::Waiting, *at);
            }
            over => {
                row.state = State::Ended(over.clone());
                self.ended.notify_waiters();
            }
        }
        Ok(true)
    }

    async fn release_expired(&self, now: Timestamp, everything: bool) -> Result<u64, StoreError> {
        self.count("release_expired")?;
        let mut released = 0;
        for row in &mut self.inner.lock().unwrap().rows {
            if matches!(row.state, State::Running { until, .. } if everything || until <= now) {
                row.state = State::Waiting;
                released += 1;
            }
        }
        Ok(released)
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.count("next_due")?;
        let inner = self.inner.lock().unwrap();
        Ok(inner.rows.iter().filter(|r| r.state == State::Waiting).map(|r| r.due).min())
    }

    async fn prune(&self, _before: Timestamp, _max: i64) -> Result<u64, StoreError> {
        self.count("prune")?;
        Ok(0)
    }

    async fn wait_for_work(&self, at_most: Duration) {
        let _ = tokio::time::timeout(at_most, self.work.notified()).await;
    }

    async fn wait_for_end(&self, _guid: &Guid<Job>, at_most: Duration) {
        let _ = tokio::time::timeout(at_most, self.ended.notified()).await;
    }

    async fn acquire_lease(
        &self,
        name: &str,
        owner: &str,
        now: Timestamp,
        seconds: i64,
    ) -> Result<bool, StoreError> {
        self.count("acquire_lease")?;
        let mut inner = self.inner.lock().unwrap();
        let free = inner.leases.get(name).is_none_or(|(holder, until)| holder == owner || *until <= now);
        if free {
            inner.leases.insert(name.to_owned(), (owner.to_owned(), now.plus_seconds(seconds)));
        }
        Ok(free)
    }
}
