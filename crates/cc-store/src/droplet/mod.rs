//! Droplets.

pub(crate) mod json;
mod list;
mod read;
mod write;

use crate::any::sets::IdSet;
use crate::any::{Any, Conn};
use crate::errors::parsed;
use crate::schema::{apps, droplets};
use crate::seal::SealingKeys;
use crate::stored::{Stored, columns, rows, with_metadata};
use async_trait::async_trait;
use cc_domain::droplet::{Droplet, DropletDigests};
use cc_domain::guid::Guid;
use cc_domain::metadata::{Metadata, MetadataOwner};
use cc_domain::store::StoreError;
use cc_domain::time::Timestamp;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

const OWNER: MetadataOwner = MetadataOwner::Droplet;

#[derive(Queryable, Selectable)]
#[diesel(table_name = droplets, check_for_backend(Any))]
struct Row {
    id: i64,
    guid: String,
    #[diesel(select_expression = apps::guid)]
    app_guid: String,
    package_guid: Option<String>,
    build_guid: Option<String>,
    state: String,
    error: Option<String>,
    lifecycle: String,
    buildpacks: String,
    stack: Option<String>,
    image: Option<String>,
    process_types: String,
    execution_metadata: String,
    sidecars: String,
    sha1: Option<String>,
    sha256: Option<String>,
    bytes: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn into_entity(self, metadata: Metadata) -> Result<Droplet, StoreError> {
        let digests = match (self.sha1, self.sha256) {
            (Some(sha1), Some(sha256)) => {
                let bytes = self.bytes.and_then(|b| u64::try_from(b).ok()).unwrap_or(0);
                Some(DropletDigests { sha1, sha256, bytes })
            }
            _ => None,
        };
        Ok(Droplet {
            guid: Guid::new(self.guid),
            app: Guid::new(self.app_guid),
            package: self.package_guid.map(Guid::new),
            build: self.build_guid.map(Guid::new),
            state: parsed("droplets.state", &self.state)?,
            error: self.error,
            lifecycle: parsed("droplets.lifecycle", &self.lifecycle)?,
            digests,
            buildpacks: json::receipts(&self.buildpacks)?,
            stack: self.stack,
            image: self.image,
            execution_metadata: self.execution_metadata,
            process_types: json::process_types(&self.process_types)?,
            sidecars: json::sidecars(&self.sidecars)?,
            metadata,
            created_at: Timestamp::from_micros(self.created_at),
            updated_at: Timestamp::from_micros(self.updated_at),
        })
    }
}

#[async_trait]
impl Stored for Droplet {
    columns!(droplets);
    const OWNER: Option<MetadataOwner> = Some(OWNER);

    async fn load(
        (conn, _): (&mut Conn, &SealingKeys),
        which: IdSet<droplets::table>,
    ) -> Result<Vec<(i64, Self)>, StoreError> {
        let rows = rows!(conn, which, droplets::id, droplets::table.inner_join(apps::table));
        with_metadata(conn, rows, |row| row.id, Row::into_entity).await
    }
}
