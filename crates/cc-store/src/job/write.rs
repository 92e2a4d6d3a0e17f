//! Queueing jobs within the transaction of the change that they follow.

use super::{payload_place, state};
use crate::errors::{failed, to_json};
use crate::schema::jobs;
use crate::session::{Change, Session};
use async_trait::async_trait;
use cc_domain::job::ports::JobWrites;
use cc_domain::job::{JobKind, NewJob};
use cc_domain::store::StoreError;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

#[derive(Insertable)]
#[diesel(table_name = jobs, treat_none_as_default_value = false)]
struct NewRow<'a> {
    guid: &'a str,
    operation: &'a str,
    payload: String,
    state: &'a str,
    priority: i32,
    attempts: i32,
    run_at: i64,
    lease_owner: Option<&'a str>,
    lease_expires_at: Option<i64>,
    dedup_key: Option<&'a str>,
    is_pollable: bool,
    is_polling: bool,
    resource_collection: Option<&'a str>,
    resource_guid: Option<&'a str>,
    errors: &'a str,
    warnings: &'a str,
    created_at: i64,
    updated_at: i64,
}

#[async_trait]
impl JobWrites for Session<Change> {
    async fn enqueue(&mut self, job: &NewJob) -> Result<(), StoreError> {
        let (is_pollable, dedup_key) = match &job.kind {
            JobKind::Pollable => (true, None),
            JobKind::Internal { dedup_key } => (false, dedup_key.as_deref()),
        };
        let row = NewRow {
            guid: job.guid.as_str(),
            operation: job.operation,
            payload: self.keys.seal_text(&payload_place(job.guid.as_str()), &to_json(&job.payload)),
            state: state::READY,
            priority: job.priority,
            attempts: 0,
            run_at: job.run_at.micros(),
            lease_owner: None,
            lease_expires_at: None,
            dedup_key,
            is_pollable,
            is_polling: false,
            resource_collection: job.resource.as_ref().map(|r| r.collection.as_str()),
            resource_guid: job.resource.as_ref().map(|r| r.guid.as_str()),
            errors: "[]",
            warnings: "[]",
            created_at: job.created_at.micros(),
            updated_at: job.created_at.micros(),
        };
        let insert = diesel::insert_into(jobs::table).values(&row);
        // With a key, one that waits already stands for this one.
        if dedup_key.is_some() {
            insert.on_conflict_do_nothing().execute(self.conn()).await.map_err(failed)?;
        } else {
            insert.execute(self.conn()).await.map_err(failed)?;
        }
        self.has_enqueued();
        Ok(())
    }
}
