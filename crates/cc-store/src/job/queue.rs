//! The workers' side of the queue.
//!
//! A claim stamps the row with an owner that is unique to the claim, and everything a worker says later holds only while owner and
//! attempt are still those: whoever lost the lease changes nothing.

use super::{ClaimedRow, lease, read, state, stored_errors};
use crate::any::Conn;
use crate::any::dsl::{IdOneOf, Lock, LockExt};
use crate::database::Database;
use crate::errors::{failed, to_json};
use crate::schema::jobs;
use async_trait::async_trait;
use cc_domain::guid::Guid;
use cc_domain::job::ports::JobQueue;
use cc_domain::job::{ClaimedJob, Job, JobOutcome, LEASE_SECONDS, LONGEST_DELAY_SECONDS, latest_believable};
use cc_domain::store::StoreError;
use cc_domain::time::Timestamp;
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};
use std::time::Duration;
use tokio::time::Instant;

/// How often a held read looks for itself where another replica may have ended the job.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

diesel::alias!(jobs as running: Running);

async fn claim(
    conn: &mut Conn,
    owner: &str,
    max: i64,
    now: Timestamp,
) -> Result<Vec<ClaimedRow>, diesel::result::Error> {
    let same_key_runs = running
        .filter(running.field(jobs::state).eq(state::RUNNING))
        .filter(running.field(jobs::dedup_key).eq(jobs::dedup_key));
    let ids: Vec<i64> = jobs::table
        .filter(jobs::state.eq(state::READY))
        // As `cc_domain::job::is_due` has it.
        .filter(
            jobs::run_at
                .le(now.micros())
                .or(jobs::created_at.gt(now.micros()))
                .or(jobs::run_at.gt(now.plus_seconds(LONGEST_DELAY_SECONDS).micros())),
        )
        .filter(jobs::dedup_key.is_null().or(not(exists(same_key_runs))))
        .order((jobs::priority.asc(), jobs::run_at.asc(), jobs::id.asc()))
        .select(jobs::id)
        .limit(max)
        .locked(Lock::UpdateSkipLocked)
        .load(conn)
        .await?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    diesel::update(jobs::table.filter(jobs::id.one_of_ids(&ids)))
        .set((
            jobs::state.eq(state::RUNNING),
            jobs::lease_owner.eq(owner),
            jobs::lease_expires_at.eq(now.plus_seconds(LEASE_SECONDS).micros()),
            jobs::attempts.eq(jobs::attempts + 1),
        ))
        .returning(ClaimedRow::as_returning())
        .get_results(conn)
        .await
}

/// The row of a run that still holds its lease; locked, since the run is about to say how it ended.
async fn held(conn: &mut Conn, job: &ClaimedJob) -> QueryResult<Option<(i64, bool, Option<String>)>> {
    jobs::table
        .filter(jobs::guid.eq(job.guid.as_str()))
        .filter(jobs::state.eq(state::RUNNING))
        .filter(jobs::lease_owner.eq(&job.owner))
        .filter(jobs::attempts.eq(job.attempt))
        .select((jobs::id, jobs::is_pollable, jobs::dedup_key))
        .locked(Lock::Update)
        .get_result(conn)
        .await
        .optional()
}

/// Puts a run's job back into the queue, or drops it if another with its key waits already.
async fn requeue(conn: &mut Conn, id: i64, key: Option<&str>, at: Timestamp) -> QueryResult<()> {
    if let Some(key) = key {
        let waiting: Option<i64> = jobs::table
            .filter(jobs::dedup_key.eq(key))
            .filter(jobs::state.eq(state::READY))
            .select(jobs::id)
            .first(conn)
            .await
            .optional()?;
        if waiting.is_some() {
            diesel::delete(jobs::table.filter(jobs::id.eq(id))).execute(conn).await?;
            return Ok(());
        }
    }
    diesel::update(jobs::table.filter(jobs::id.eq(id)))
        .set((
            jobs::state.eq(state::READY),
            jobs::run_at.eq(at.micros()),
            jobs::lease_owner.eq(None::<&str>),
            jobs::lease_expires_at.eq(None::<i64>),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Keeps a pollable job as ended, deletes an internal one.
async fn finish(
    conn: &mut Conn,
    (id, is_pollable): (i64, bool),
    state: &str,
    errors: String,
    warnings: &[String],
    now: Timestamp,
) -> QueryResult<()> {
    let row = jobs::table.filter(jobs::id.eq(id));
    if !is_pollable {
        diesel::delete(row).execute(conn).await?;
        return Ok(());
    }
    diesel::update(row)
        .set((
            jobs::state.eq(state),
            jobs::errors.eq(errors),
            jobs::warnings.eq(to_json(&warnings)),
            jobs::lease_owner.eq(None::<&str>),
            jobs::lease_expires_at.eq(None::<i64>),
            jobs::updated_at.eq(now.micros()),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

async fn record(
    conn: &mut Conn,
    job: &ClaimedJob,
    outcome: &JobOutcome,
    now: Timestamp,
) -> QueryResult<bool> {
    let Some((id, is_pollable, key)) = held(conn, job).await? else { return Ok(false) };
    match outcome {
        JobOutcome::Done { warnings } => {
            finish(conn, (id, is_pollable), state::COMPLETE, "[]".to_owned(), warnings, now).await?;
        }
        JobOutcome::Failed { errors, warnings } => {
            finish(conn, (id, is_pollable), state::FAILED, stored_errors(errors), warnings, now).await?;
        }
        JobOutcome::Retry { at, .. } => requeue(conn, id, key.as_deref(), *at).await?,
        JobOutcome::Waiting { at } => {
            // Waiting is no failed attempt: the count begins again.
            diesel::update(jobs::table.filter(jobs::id.eq(id)))
                .set((jobs::is_polling.eq(true), jobs::attempts.eq(0), jobs::updated_at.eq(now.micros())))
                .execute(conn)
                .await?;
            requeue(conn, id, key.as_deref(), *at).await?;
        }
    }
    Ok(true)
}

async fn release(conn: &mut Conn, now: Timestamp, everything: bool) -> QueryResult<u64> {
    let mut expired = jobs::table.filter(jobs::state.eq(state::RUNNING)).into_boxed();
    if !everything {
        // As `cc_domain::job::lease_is_over` has it.
        expired = expired.filter(
            jobs::lease_expires_at.le(now.micros()).or(jobs::lease_expires_at.gt(latest_believable(
                now,
                LEASE_SECONDS,
            )
            .micros())),
        );
    }
    let rows: Vec<(i64, Option<String>)> =
        expired.select((jobs::id, jobs::dedup_key)).locked(Lock::UpdateSkipLocked).load(conn).await?;
    let count = rows.len();
    let (keyless, keyed): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(_, key)| key.is_none());
    let ids: Vec<i64> = keyless.into_iter().map(|(id, _)| id).collect();
    diesel::update(jobs::table.filter(jobs::id.one_of_ids(&ids)))
        .set((
            jobs::state.eq(state::READY),
            jobs::run_at.eq(now.micros()),
            jobs::lease_owner.eq(None::<&str>),
            jobs::lease_expires_at.eq(None::<i64>),
        ))
        .execute(conn)
        .await?;
    for (id, key) in keyed {
        requeue(conn, id, key.as_deref(), now).await?;
    }
    Ok(u64::try_from(count).unwrap_or(u64::MAX))
}

#[async_trait]
impl JobQueue for Database {
    async fn claim(&self, owner: &str, max: i64, now: Timestamp) -> Result<Vec<ClaimedJob>, StoreError> {
        let owner = format!("{owner}/{}", now.micros());
        let mut conn = self.pools().aside_writer().await?;
        let mut rows =
            conn.transaction(async |conn| claim(conn, &owner, max, now).await).await.map_err(failed)?;
        rows.sort_by_key(|row| (row.priority, row.run_at, row.id));
        rows.into_iter().map(|row| row.into_entity(self.keys(), &owner)).collect()
    }

    async fn heartbeat(&self, job: &ClaimedJob, now: Timestamp) -> Result<bool, StoreError> {
        let mut conn = self.pools().aside_writer().await?;
        let extended = diesel::update(
            jobs::table
                .filter(jobs::guid.eq(job.guid.as_str()))
                .filter(jobs::state.eq(state::RUNNING))
                .filter(jobs::lease_owner.eq(&job.owner))
                .filter(jobs::attempts.eq(job.attempt)),
        )
        .set(jobs::lease_expires_at.eq(now.plus_seconds(LEASE_SECONDS).micros()))
        .execute(&mut *conn)
        .await
        .map_err(failed)?;
        Ok(extended > 0)
    }

    async fn end(&self, job: &ClaimedJob, outcome: &JobOutcome, now: Timestamp) -> Result<bool, StoreError> {
        let mut conn = self.pools().aside_writer().await?;
        let recorded =
            conn.transaction(async |conn| record(conn, job, outcome, now).await).await.map_err(failed)?;
        drop(conn);
        if recorded {
            self.wakes().job_ended(job.guid.as_str());
        }
        Ok(recorded)
    }

    async fn release_expired(&self, now: Timestamp, everything: bool) -> Result<u64, StoreError> {
        let mut conn = self.pools().aside_writer().await?;
        let count =
            conn.transaction(async |conn| release(conn, now, everything).await).await.map_err(failed)?;
        drop(conn);
        if count > 0 {
            self.wakes().wake_workers();
        }
        Ok(count)
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let at: Option<i64> = jobs::table
            .filter(jobs::state.eq(state::READY))
            .order(jobs::run_at.asc())
            .select(jobs::run_at)
            .limit(1)
            .get_result(&mut *self.pools().aside_reader().await?)
            .await
            .optional()
            .map_err(failed)?;
        Ok(at.map(Timestamp::from_micros))
    }

    async fn prune(&self, before: Timestamp, max: i64) -> Result<u64, StoreError> {
        let mut conn = self.pools().aside_writer().await?;
        let ids: Vec<i64> = jobs::table
            .filter(jobs::state.eq(state::COMPLETE).or(jobs::state.eq(state::FAILED)))
            .filter(jobs::updated_at.lt(before.micros()))
            .order((jobs::updated_at.asc(), jobs::id.asc()))
            .select(jobs::id)
            .limit(max)
            .load(&mut *conn)
            .await
            .map_err(failed)?;
        let gone = diesel::delete(jobs::table.filter(jobs::id.one_of_ids(&ids)))
            .execute(&mut *conn)
            .await
            .map_err(failed)?;
        Ok(u64::try_from(gone).unwrap_or(u64::MAX))
    }

    async fn wait_for_work(&self, at_most: Duration) {
        self.wakes().work(at_most).await;
    }

    async fn wait_for_end(&self, guid: &Guid<Job>, at_most: Duration) {
        let until = Instant::now() + at_most;
        let mut ends = self.wakes().ends();
        loop {
            // Looked at after subscribing, so that an end in between is not missed.
            let job = match self.pools().reader().await {
                Ok(mut conn) => read::find(&mut conn, guid).await,
                Err(_) => return,
            };
            if !matches!(job, Ok(Some(job)) if !job.state.is_over()) {
                return;
            }
            let look_again = if self.is_shared() { until.min(Instant::now() + LOOK_AGAIN) } else { until };
            let is_this = async { while ends.recv().await.is_ok_and(|ended| &*ended != guid.as_str()) {} };
            // Woken or not, the next round looks at the row.
            let _ = tokio::time::timeout_at(look_again, is_this).await;
            if Instant::now() >= until {
                return;
            }
        }
    }

    async fn acquire_lease(
        &self,
        name: &str,
        owner: &str,
        now: Timestamp,
        seconds: i64,
    ) -> Result<bool, StoreError> {
        lease::acquire(&mut *self.pools().aside_writer().await?, name, owner, now, seconds).await
    }
}
