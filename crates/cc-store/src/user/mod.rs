//! Users: the rows that roles refer to.

mod list;
mod read;
mod write;

use crate::any::sets::{IdSet, InSetExt};
use crate::any::{Any, Conn};
use crate::errors::failed;
use crate::metadata;
use crate::schema::users;
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

/// The users of a set in insertion order, with metadata: three statements, however many.
async fn load(conn: &mut Conn, which: IdSet) -> Result<Vec<(i64, User)>, StoreError> {
    let rows: Vec<Row> = users::table
        .filter(users::id.in_set(which))
        .order(users::id.asc())
        .select(Row::as_select())
        .load(conn)
        .await
        .map_err(failed)?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let mut metadata = metadata::load(conn, OWNER, &ids).await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.id, metadata.remove(&row.id).unwrap_or_default(), row))
        .map(|(id, metadata, row)| (id, row.into_entity(metadata)))
        .collect())
}

/// The row id of a guid; `None` if there is no such user.
pub async fn id_of(conn: &mut Conn, guid: &str) -> Result<Option<i64>, StoreError> {
    users::table.filter(users::guid.eq(guid)).select(users::id).first(conn).await.optional().map_err(failed)
}
