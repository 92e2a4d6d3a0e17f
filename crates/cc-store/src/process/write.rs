//! What changes processes.

use super::OWNER;
use crate::any::dsl::{Lock, LockExt};
use crate::any::sets::IdSet;
use crate::errors::{failed, to_json};
use crate::metadata;
use crate::schema::processes;
use crate::session::{Change, Session};
use crate::stored::{id_of, known_id_of};
use async_trait::async_trait;
use cc_domain::app::App;
use cc_domain::guid::Guid;
use cc_domain::process::ports::ProcessWrites;
use cc_domain::process::{Endpoint, Process, Seconds};
use cc_domain::store::StoreError;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// All that an update writes.
#[derive(AsChangeset, Insertable)]
#[diesel(table_name = processes, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Columns<'a> {
    command: Option<&'a str>,
    run_as: Option<&'a str>,
    instances: i32,
    memory_mb: i32,
    disk_mb: i32,
    log_rate_limit: i64,
    state: &'a str,
    version_guid: &'a str,
    health_check: &'a str,
    health_check_timeout: Option<i32>,
    health_check_invocation_timeout: Option<i32>,
    health_check_interval: Option<i32>,
    health_check_endpoint: Option<&'a str>,
    readiness_check: &'a str,
    readiness_check_invocation_timeout: Option<i32>,
    readiness_check_interval: Option<i32>,
    readiness_check_endpoint: Option<&'a str>,
    ports: String,
    updated_at: i64,
    revision_guid: Option<&'a str>,
}

#[derive(Insertable)]
#[diesel(table_name = processes, treat_none_as_default_value = false)]
struct NewRow<'a> {
    guid: &'a str,
    app_id: i64,
    kind: &'a str,
    created_at: i64,
    #[diesel(embed)]
    columns: Columns<'a>,
}

/// The domain keeps these numbers within 32 bits with a sign.
fn column(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn seconds(value: Option<Seconds>) -> Option<i32> {
    value.map(|s| column(s.get()))
}

impl<'a> From<&'a Process> for Columns<'a> {
    fn from(p: &'a Process) -> Self {
        Self {
            command: p.command.as_deref(),
            run_as: p.user.as_deref(),
            instances: column(p.instances.get()),
            memory_mb: column(p.memory.get()),
            disk_mb: column(p.disk.get()),
            log_rate_limit: p.log_rate.get(),
            state: p.state.as_str(),
            version_guid: p.version.as_str(),
            health_check: p.health_check.kind.as_str(),
            health_check_timeout: seconds(p.health_check.timeout),
            health_check_invocation_timeout: seconds(p.health_check.invocation_timeout),
            health_check_interval: seconds(p.health_check.interval),
            health_check_endpoint: p.health_check.endpoint.as_ref().map(Endpoint::as_str),
            readiness_check: p.readiness_check.kind.as_str(),
            readiness_check_invocation_timeout: seconds(p.readiness_check.invocation_timeout),
            readiness_check_interval: seconds(p.readiness_check.interval),
            readiness_check_endpoint: p.readiness_check.endpoint.as_ref().map(Endpoint::as_str),
            ports: to_json(&p.ports),
            updated_at: p.updated_at.micros(),
            revision_guid: p.revision.as_ref().map(Guid::as_str),
        }
    }
}

#[async_trait]
impl ProcessWrites for Session<Change> {
    async fn lock_processes_of_app(&mut self, app: &Guid<App>) -> Result<Vec<Process>, StoreError> {
        let app_id = id_of(self.conn(), app).await?;
        let Some(app_id) = app_id else { return Ok(Vec::new()) };
        let ids: Vec<i64> = processes::table
            .filter(processes::app_id.eq(app_id))
            .order(processes::id.asc())
            .select(processes::id)
            .locked(Lock::Update)
            .load(self.conn())
            .await
            .map_err(failed)?;
        self.load_all(IdSet::list(&ids)).await
    }

    async fn insert_process(&mut self, process: &Process) -> Result<(), StoreError> {
        let row = NewRow {
            guid: process.guid.as_str(),
            app_id: known_id_of(self.conn(), &process.app).await?,
            kind: process.kind.as_str(),
            created_at: process.created_at.micros(),
            columns: process.into(),
        };
        let id: i64 = diesel::insert_into(processes::table)
            .values(&row)
            .returning(processes::id)
            .get_result(self.conn())
            .await
            .map_err(failed)?;
        metadata::insert(self.conn(), OWNER, id, &process.metadata).await
    }

    async fn update_process(&mut self, process: &Process) -> Result<(), StoreError> {
        let id: i64 = diesel::update(processes::table.filter(processes::guid.eq(process.guid.as_str())))
            .set(Columns::from(process))
            .returning(processes::id)
            .get_result(self.conn())
            .await
            .map_err(failed)?;
        metadata::replace(self.conn(), OWNER, id, &process.metadata).await
    }

    async fn delete_process(&mut self, guid: &Guid<Process>) -> Result<(), StoreError> {
        self.delete(guid).await
    }
}
