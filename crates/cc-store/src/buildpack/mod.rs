//! Buildpacks. Everyone sees every buildpack.

mod list;
mod read;
mod write;

use crate::any::sets::IdSet;
use crate::any::{Any, Conn};
use crate::errors::{corrupt, parsed};
use crate::schema::buildpacks;
use crate::seal::SealingKeys;
use crate::stored::{Stored, columns, rows, with_metadata};
use async_trait::async_trait;
use cc_domain::buildpack::{Buildpack, BuildpackBits, BuildpackName};
use cc_domain::guid::Guid;
use cc_domain::metadata::{Metadata, MetadataOwner};
use cc_domain::store::StoreError;
use cc_domain::time::Timestamp;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

const OWNER: MetadataOwner = MetadataOwner::Buildpack;

#[derive(Queryable, Selectable)]
#[diesel(table_name = buildpacks, check_for_backend(Any))]
struct Row {
    id: i64,
    guid: String,
    name: String,
    stack: String,
    lifecycle: String,
    position: i32,
    builtin: Option<String>,
    filename: Option<String>,
    sha256: Option<String>,
    is_enabled: bool,
    is_locked: bool,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn into_entity(self, metadata: Metadata) -> Result<Buildpack, StoreError> {
        let bits = match (self.sha256, self.builtin) {
            (Some(sha256), _) => Some(BuildpackBits::Uploaded { sha256 }),
            (None, Some(name)) => Some(BuildpackBits::Builtin(name)),
            (None, None) => None,
        };
        Ok(Buildpack {
            guid: Guid::new(self.guid),
            name: BuildpackName::parse(&self.name).ok_or_else(|| corrupt("buildpacks.name"))?,
            stack: (!self.stack.is_empty()).then_some(self.stack),
            lifecycle: parsed("buildpacks.lifecycle", &self.lifecycle)?,
            position: u32::try_from(self.position).map_err(|_| corrupt("buildpacks.position"))?,
            is_enabled: self.is_enabled,
            is_locked: self.is_locked,
            bits,
            filename: self.filename,
            metadata,
            created_at: Timestamp::from_micros(self.created_at),
            updated_at: Timestamp::from_micros(self.updated_at),
        })
    }
}

#[async_trait]
impl Stored for Buildpack {
    columns!(buildpacks);
    const OWNER: Option<MetadataOwner> = Some(OWNER);

    async fn load(
        (conn, _): (&mut Conn, &SealingKeys),
        which: IdSet<buildpacks::table>,
    ) -> Result<Vec<(i64, Self)>, StoreError> {
        let rows = rows!(conn, which, buildpacks::id, buildpacks::table);
        with_metadata(conn, rows, |row| row.id, Row::into_entity).await
    }
}
