//! Jobs: queue and outbox in one table. `queue.rs` is the workers' side, `wakes.rs` how they and those who wait for an end are woken,
//! `listen.rs` how other replicas' commits are heard.

mod lease;
pub mod listen;
mod queue;
mod read;
mod wakes;
mod write;

pub use wakes::Wakes;

use crate::any::Any;
use crate::errors::{from_json, to_json};
use crate::schema::jobs;
use crate::seal::SealingKeys;
use cc_domain::guid::Guid;
use cc_domain::job::{ClaimedJob, Job, JobError, JobResource, JobState};
use cc_domain::store::StoreError;
use cc_domain::time::Timestamp;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// What the column `state` holds. A client sees the first two as PROCESSING, or POLLING where `is_polling`.
mod state {
    pub const READY: &str = "ready";
    pub const RUNNING: &str = "running";
    pub const COMPLETE: &str = "complete";
    pub const FAILED: &str = "failed";
}

/// A job as its poller sees it.
#[derive(Queryable, Selectable)]
#[diesel(table_name = jobs, check_for_backend(Any))]
struct Row {
    guid: String,
    operation: String,
    state: String,
    is_polling: bool,
    resource_collection: Option<String>,
    resource_guid: Option<String>,
    errors: String,
    warnings: String,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn into_entity(self) -> Result<Job, StoreError> {
        let state = match self.state.as_str() {
            state::COMPLETE => JobState::Complete,
            state::FAILED => JobState::Failed,
            _ if self.is_polling => JobState::Polling,
            _ => JobState::Processing,
        };
        let errors: Vec<StoredError> = from_json("jobs.errors", &self.errors)?;
        Ok(Job {
            guid: Guid::new(self.guid),
            operation: self.operation,
            state,
            errors: errors.into_iter().map(StoredError::into_entity).collect(),
            warnings: from_json("jobs.warnings", &self.warnings)?,
            resource: self
                .resource_collection
                .zip(self.resource_guid)
                .map(|(collection, guid)| JobResource { collection, guid }),
            created_at: Timestamp::from_micros(self.created_at),
            updated_at: Timestamp::from_micros(self.updated_at),
        })
    }
}

/// A job as the worker that just claimed it sees it.
#[derive(Queryable, Selectable)]
#[diesel(table_name = jobs, check_for_backend(Any))]
struct ClaimedRow {
    id: i64,
    guid: String,
    operation: String,
    payload: String,
    attempts: i32,
    priority: i32,
    run_at: i64,
    created_at: i64,
}

impl ClaimedRow {
    fn into_entity(self, keys: &SealingKeys, owner: &str) -> Result<ClaimedJob, StoreError> {
        let payload = keys.open_text(&payload_place(&self.guid), &self.payload)?;
        Ok(ClaimedJob {
            guid: Guid::new(self.guid),
            operation: self.operation,
            payload: from_json("jobs.payload", payload.expose())?,
            attempt: self.attempts,
            owner: owner.to_owned(),
            created_at: Timestamp::from_micros(self.created_at),
        })
    }
}

/// Where a payload is sealed for: manifests hold addresses with passwords.
fn payload_place(guid: &str) -> String {
    format!("jobs.payload:{guid}")
}

/// The stored form of a [`JobError`].
#[derive(Serialize, Deserialize)]
struct StoredError {
    code: u32,
    title: String,
    detail: String,
}

impl StoredError {
    fn into_entity(self) -> JobError {
        JobError { code: self.code, title: self.title, detail: self.detail }
    }
}

fn stored_errors(errors: &[JobError]) -> String {
    let stored: Vec<StoredError> = errors
        .iter()
        .map(|e| StoredError { code: e.code, title: e.title.clone(), detail: e.detail.clone() })
        .collect();
    to_json(&stored)
}
