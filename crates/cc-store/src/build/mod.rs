//! Builds. The variables of the request are sealed in the row and read apart.

mod list;
mod read;
mod write;

use crate::any::sets::IdSet;
use crate::any::{Any, Conn};
use crate::errors::{corrupt, parsed};
use crate::lifecycle::{self, Place};
use crate::process::megabytes;
use crate::schema::{apps, builds};
use crate::seal::SealingKeys;
use crate::stored::{Stored, columns, rows, with_metadata};
use async_trait::async_trait;
use cc_domain::build::{Build, BuildCreator, StagingLimits};
use cc_domain::guid::Guid;
use cc_domain::metadata::{Metadata, MetadataOwner};
use cc_domain::quantity::LogRate;
use cc_domain::store::StoreError;
use cc_domain::time::Timestamp;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

const OWNER: MetadataOwner = MetadataOwner::Build;

#[derive(Queryable, Selectable)]
#[diesel(table_name = builds, check_for_backend(Any))]
struct Row {
    id: i64,
    guid: String,
    #[diesel(select_expression = apps::guid)]
    app_guid: String,
    package_guid: String,
    droplet_guid: Option<String>,
    state: String,
    error: Option<String>,
    lifecycle: String,
    buildpacks: String,
    stack: Option<String>,
    staging_memory_mb: i32,
    staging_disk_mb: i32,
    staging_log_rate_limit: i64,
    created_by_guid: String,
    created_by_name: String,
    created_by_email: Option<String>,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn into_entity(self, keys: &SealingKeys, metadata: Metadata) -> Result<Build, StoreError> {
        let kind = parsed("builds.lifecycle", &self.lifecycle)?;
        let lifecycle = lifecycle::stored(keys, &place(&self.guid), kind, &self.buildpacks, self.stack)?;
        Ok(Build {
            guid: Guid::new(self.guid),
            app: Guid::new(self.app_guid),
            package: Guid::new(self.package_guid),
            state: parsed("builds.state", &self.state)?,
            error: self.error,
            lifecycle,
            staging: StagingLimits {
                memory: megabytes(self.staging_memory_mb)?,
                disk: megabytes(self.staging_disk_mb)?,
                log_rate: LogRate::new(self.staging_log_rate_limit)
                    .ok_or_else(|| corrupt("builds.staging_log_rate_limit"))?,
            },
            droplet: self.droplet_guid.map(Guid::new),
            created_by: BuildCreator {
                guid: self.created_by_guid,
                name: self.created_by_name,
                email: self.created_by_email,
            },
            metadata,
            created_at: Timestamp::from_micros(self.created_at),
            updated_at: Timestamp::from_micros(self.updated_at),
        })
    }
}

#[async_trait]
impl Stored for Build {
    columns!(builds);
    const OWNER: Option<MetadataOwner> = Some(OWNER);

    async fn load(
        (conn, keys): (&mut Conn, &SealingKeys),
        which: IdSet<builds::table>,
    ) -> Result<Vec<(i64, Self)>, StoreError> {
        let rows = rows!(conn, which, builds::id, builds::table.inner_join(apps::table));
        with_metadata(conn, rows, |row| row.id, |row, metadata| row.into_entity(keys, metadata)).await
    }
}

/// Where the variables of a build's request are sealed for.
fn environment_place(guid: &str) -> String {
    format!("builds.environment:{guid}")
}

/// Where the buildpacks of a build are.
fn place(guid: &str) -> Place<'_> {
    Place { column: "builds.buildpacks", guid }
}
