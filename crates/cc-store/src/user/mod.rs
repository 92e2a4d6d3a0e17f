//! Users: the rows that roles refer to.

mod list;
mod read;
mod write;

use crate::any::sets::IdSet;
use crate::any::{Any, Conn};
use crate::schema::users;
use crate::seal::SealingKeys;
use crate::stored::{Stored, columns, rows, with_metadata};
use async_trait::async_trait;
use cc_domain::guid::Guid;
use cc_domain::metadata::{Metadata, MetadataOwner};
use cc_domain::store::StoreError;
use cc_domain::time::Timestamp;
use cc_domain::user::User;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

const OWNER: MetadataOwner = MetadataOwner::User;

#[derive(Queryable, Selectable)]
#[diesel(table_name = users, check_for_backend(Any))]
struct Row {
    id: i64,
    guid: String,
    is_client: bool,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn into_entity(self, metadata: Metadata) -> User {
        User {
            guid: Guid::new(self.guid),
            is_client: self.is_client,
            metadata,
            created_at: Timestamp::from_micros(self.created_at),
            updated_at: Timestamp::from_micros(self.updated_at),
        }
    }
}

#[async_trait]
impl Stored for User {
    columns!(users);
    const OWNER: Option<MetadataOwner> = Some(OWNER);

    async fn load(
        (conn, _): (&mut Conn, &SealingKeys),
        which: IdSet<users::table>,
    ) -> Result<Vec<(i64, Self)>, StoreError> {
        let rows = rows!(conn, which, users::id, users::table);
        with_metadata(conn, rows, |row| row.id, |row, metadata| Ok(row.into_entity(metadata))).await
    }
}
