//! Processes.

mod list;
mod read;
mod write;

use crate::any::sets::IdSet;
use crate::any::{Any, Conn};
use crate::errors::{corrupt, from_json, parsed};
use crate::schema::{apps, processes};
use crate::seal::SealingKeys;
use crate::stored::{Stored, columns, rows, with_metadata};
use async_trait::async_trait;
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

#[async_trait]
impl Stored for Process {
    columns!(processes);
    const OWNER: Option<MetadataOwner> = Some(OWNER);

    async fn load(
        (conn, _): (&mut Conn, &SealingKeys),
        which: IdSet<processes::table>,
    ) -> Result<Vec<(i64, Self)>, StoreError> {
        let rows = rows!(conn, which, processes::id, processes::table.inner_join(apps::table));
        with_metadata(conn, rows, |row| row.id, Row::into_entity).await
    }
}
