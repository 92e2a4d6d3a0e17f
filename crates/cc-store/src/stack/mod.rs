//! Stacks. Everyone sees every stack.

mod list;
mod read;
mod write;

use crate::any::sets::IdSet;
use crate::any::{Any, Conn};
use crate::errors::parsed;
use crate::schema::stacks;
use crate::seal::SealingKeys;
use crate::stored::{Stored, columns, rows, with_metadata};
use async_trait::async_trait;
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

#[async_trait]
impl Stored for Stack {
    columns!(stacks);
    const OWNER: Option<MetadataOwner> = Some(OWNER);

    async fn load(
        (conn, _): (&mut Conn, &SealingKeys),
        which: IdSet<stacks::table>,
    ) -> Result<Vec<(i64, Self)>, StoreError> {
        let rows = rows!(conn, which, stacks::id, stacks::table);
        with_metadata(conn, rows, |row| row.id, Row::into_entity).await
    }
}
