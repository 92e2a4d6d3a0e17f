//! Tasks.

mod list;
mod read;
mod write;

use crate::any::sets::IdSet;
use crate::any::{Any, Conn};
use crate::errors::{corrupt, parsed};
use crate::process::megabytes;
use crate::schema::{apps, droplets, tasks};
use crate::seal::SealingKeys;
use crate::stored::{Stored, columns, rows, with_metadata};
use async_trait::async_trait;
use cc_domain::guid::Guid;
use cc_domain::metadata::{Metadata, MetadataOwner};
use cc_domain::quantity::LogRate;
use cc_domain::store::StoreError;
use cc_domain::task::{Task, TaskState, droplet_user};
use cc_domain::time::Timestamp;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

const OWNER: MetadataOwner = MetadataOwner::Task;

#[derive(Queryable, Selectable)]
#[diesel(table_name = tasks, check_for_backend(Any))]
struct Row {
    id: i64,
    guid: String,
    #[diesel(select_expression = apps::guid)]
    app_guid: String,
    sequence_id: i64,
    name: String,
    command: String,
    run_as: Option<String>,
    state: String,
    memory_mb: i32,
    disk_mb: i32,
    log_rate_limit: i64,
    failure_reason: Option<String>,
    droplet_guid: String,
    #[diesel(select_expression = droplets::lifecycle.nullable())]
    droplet_lifecycle: Option<String>,
    #[diesel(select_expression = droplets::execution_metadata.nullable())]
    droplet_metadata: Option<String>,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn into_entity(self, metadata: Metadata) -> Result<Task, StoreError> {
        let droplet_user = match self.droplet_lifecycle {
            None => None,
            Some(lifecycle) => Some(droplet_user(
                parsed("droplets.lifecycle", &lifecycle)?,
                self.droplet_metadata.as_deref().unwrap_or_default(),
            )),
        };
        Ok(Task {
            guid: Guid::new(self.guid),
            app: Guid::new(self.app_guid),
            sequence_id: self.sequence_id,
            name: self.name,
            command: self.command,
            user: self.run_as,
            droplet_user,
            state: parsed("tasks.state", &self.state)?,
            memory: megabytes(self.memory_mb)?,
            disk: megabytes(self.disk_mb)?,
            log_rate: LogRate::new(self.log_rate_limit).ok_or_else(|| corrupt("tasks.log_rate_limit"))?,
            failure_reason: self.failure_reason,
            droplet: Guid::new(self.droplet_guid),
            metadata,
            created_at: Timestamp::from_micros(self.created_at),
            updated_at: Timestamp::from_micros(self.updated_at),
        })
    }
}

#[async_trait]
impl Stored for Task {
    columns!(tasks);
    const OWNER: Option<MetadataOwner> = Some(OWNER);

    async fn load(
        (conn, _): (&mut Conn, &SealingKeys),
        which: IdSet<tasks::table>,
    ) -> Result<Vec<(i64, Self)>, StoreError> {
        let around = tasks::table
            .inner_join(apps::table)
            .left_join(droplets::table.on(droplets::guid.eq(tasks::droplet_guid)));
        let rows = rows!(conn, which, tasks::id, around);
        with_metadata(conn, rows, |row| row.id, Row::into_entity).await
    }
}

/// The states of which this is true.
pub fn states(which: impl Fn(TaskState) -> bool) -> Vec<String> {
    TaskState::ALL.iter().filter(|state| which(**state)).map(ToString::to_string).collect()
}
