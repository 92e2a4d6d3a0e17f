//! Processes.

mod list;
mod read;
mod write;

use crate::any::sets::{IdSet, InSetExt};
use crate::any::{Any, Conn};
use crate::errors::{corrupt, failed, from_json, parsed};
use crate::metadata;
use crate::schema::{apps, processes};
use cc_domain::guid::Guid;
use cc_domain::metadata::{Metadata, MetadataOwner};
use cc_domain::process::{Endpoint, HealthCheck, Process, ProcessType, ReadinessCheck, Seconds};
use cc_domain::quantity::{InstanceCount, LogRate, Megabytes};
use cc_domain::store::StoreError;
use cc_domain::time::Timestamp;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

const OWNER: MetadataOwner = MetadataOwner::Process;

#[derive(Queryable, Selectable)]
#[diesel(table_name = processes, check_for_backend(Any))]
struct Row {
    id: i64,
    guid: String,
    #[diesel(select_expression = apps::guid)]
    app_guid: String,
    kind: String,
    command: Option<String>,
    run_as: Option<String>,
    instances: i32,
    memory_mb: i32,
    disk_mb: i32,
    log_rate_limit: i64,
    state: String,
    version_guid: String,
    health_check: String,
    health_check_timeout: Option<i32>,
    health_check_invocation_timeout: Option<i32>,
    health_check_interval: Option<i32>,
    health_check_endpoint: Option<String>,
    readiness_check: String,
    readiness_check_invocation_timeout: Option<i32>,
    readiness_check_interval: Option<i32>,
    readiness_check_endpoint: Option<String>,
    ports: String,
    created_at: i64,
    updated_at: i64,
    revision_guid: Option<String>,
}

fn seconds(column: Option<i32>) -> Option<Seconds> {
    column.and_then(|s| Seconds::new(s.into()))
}

fn endpoint(column: Option<String>) -> Option<Endpoint> {
    column.and_then(|text| Endpoint::parse(&text).ok())
}

pub fn megabytes(column: i32) -> Result<Megabytes, StoreError> {
    Megabytes::new(column.into()).ok_or_else(|| corrupt("megabytes"))
}

impl Row {
    fn into_entity(self, metadata: Metadata) -> Result<Process, StoreError> {
        Ok(Process {
            guid: Guid::new(self.guid),
            app: Guid::new(self.app_guid),
            kind: ProcessType::parse(&self.kind).ok_or_else(|| corrupt("processes.kind"))?,
            command: self.command,
            user: self.run_as,
            instances: InstanceCount::new(self.instances.into())
                .ok_or_else(|| corrupt("processes.instances"))?,
            memory: megabytes(self.memory_mb)?,
            disk: megabytes(self.disk_mb)?,
            log_rate: LogRate::new(self.log_rate_limit).ok_or_else(|| corrupt("processes.log_rate_limit"))?,
            health_check: HealthCheck {
                kind: parsed("processes.health_check", &self.health_check)?,
                timeout: seconds(self.health_check_timeout),
                invocation_timeout: seconds(self.health_check_invocation_timeout),
                interval: seconds(self.health_check_interval),
                endpoint: endpoint(self.health_check_endpoint),
            },
            readiness_check: ReadinessCheck {
                kind: parsed("processes.readiness_check", &self.readiness_check)?,
                invocation_timeout: seconds(self.readiness_check_invocation_timeout),
                interval: seconds(self.readiness_check_interval),
                endpoint: endpoint(self.readiness_check_endpoint),
            },
            ports: from_json("processes.ports", &self.ports)?,
            version: Guid::new(self.version_guid),
            state: parsed("processes.state", &self.state)?,
            revision: self.revision_guid.map(Guid::new),
            metadata,
            created_at: Timestamp::from_micros(self.created_at),
            updated_at: Timestamp::from_micros(self.updated_at),
        })
    }
}

/// The processes of a set in insertion order, with metadata.
async fn load(conn: &mut Conn, which: IdSet) -> Result<Vec<(i64, Process)>, StoreError> {
    let rows: Vec<Row> = processes::table
        .inner_join(apps::table)
        .filter(processes::id.in_set(which))
        .order(processes::id.asc())
        .select(Row::as_select())
        .load(conn)
        .await
        .map_err(failed)?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let mut metadata = metadata::load(conn, OWNER, &ids).await?;
    rows.into_iter()
        .map(|row| {
            let id = row.id;
            Ok((id, row.into_entity(metadata.remove(&id).unwrap_or_default())?))
        })
        .collect()
}
