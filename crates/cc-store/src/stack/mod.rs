//! Stacks. Everyone sees every stack.

mod list;
mod read;
mod write;

use crate::any::sets::{IdSet, InSetExt};
use crate::any::{Any, Conn};
use crate::errors::{failed, parsed};
use crate::metadata;
use crate::schema::stacks;
use cc_domain::guid::Guid;
use cc_domain::metadata::{Metadata, MetadataOwner};
use cc_domain::name::Name;
use cc_domain::stack::Stack;
use cc_domain::store::StoreError;
use cc_domain::time::Timestamp;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

const OWNER: MetadataOwner = MetadataOwner::Stack;

#[derive(Queryable, Selectable)]
#[diesel(table_name = stacks, check_for_backend(Any))]
struct Row {
    id: i64,
    guid: String,
    name: String,
    description: Option<String>,
    state: String,
    state_reason: Option<String>,
    build_rootfs_image: Option<String>,
    run_rootfs_image: Option<String>,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn into_entity(self, metadata: Metadata) -> Result<Stack, StoreError> {
        Ok(Stack {
            guid: Guid::new(self.guid),
            name: Name::stored(self.name),
            description: self.description,
            state: parsed("stacks.state", &self.state)?,
            state_reason: self.state_reason,
            build_rootfs_image: self.build_rootfs_image.unwrap_or_default(),
            run_rootfs_image: self.run_rootfs_image.unwrap_or_default(),
            metadata,
            created_at: Timestamp::from_micros(self.created_at),
            updated_at: Timestamp::from_micros(self.updated_at),
        })
    }
}

/// The stacks of a set in insertion order, with metadata.
async fn load(conn: &mut Conn, which: IdSet) -> Result<Vec<(i64, Stack)>, StoreError> {
    let rows: Vec<Row> = stacks::table
        .filter(stacks::id.in_set(which))
        .order(stacks::id.asc())
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
