//! Isolation segments, and what organizations and spaces have of them.

pub mod assignments;
mod list;
mod read;
mod write;

use crate::any::dsl::{All, Lock, LockExt};
use crate::any::sets::{IdSet, InSetExt};
use crate::any::{Any, Conn};
use crate::errors::failed;
use crate::metadata;
use crate::schema::isolation_segments;
use cc_domain::guid::Guid;
use cc_domain::isolation_segment::{IsolationSegment, SegmentName};
use cc_domain::metadata::{Metadata, MetadataOwner};
use cc_domain::store::StoreError;
use cc_domain::time::Timestamp;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

const OWNER: MetadataOwner = MetadataOwner::IsolationSegment;

#[derive(Queryable, Selectable)]
#[diesel(table_name = isolation_segments, check_for_backend(Any))]
struct Row {
    id: i64,
    guid: String,
    name: String,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn into_entity(self, metadata: Metadata) -> IsolationSegment {
        IsolationSegment {
            guid: Guid::new(self.guid),
            name: SegmentName::stored(self.name),
            metadata,
            created_at: Timestamp::from_micros(self.created_at),
            updated_at: Timestamp::from_micros(self.updated_at),
        }
    }
}

/// The segments of a set in insertion order, with metadata: three statements, however many.
async fn load(conn: &mut Conn, which: IdSet) -> Result<Vec<(i64, IsolationSegment)>, StoreError> {
    let rows: Vec<Row> = isolation_segments::table
        .filter(isolation_segments::id.in_set(which))
        .order(isolation_segments::id.asc())
        .select(Row::as_select())
        .load(conn)
        .await
        .map_err(failed)?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let mut metadata = metadata::load(conn, OWNER, &ids).await?;
    let entity = |row: Row| {
        let id = row.id;
        (id, row.into_entity(metadata.remove(&id).unwrap_or_default()))
    };
    Ok(rows.into_iter().map(entity).collect())
}

async fn first(
    conn: &mut Conn,
    which: All<isolation_segments::table>,
) -> Result<Option<IsolationSegment>, StoreError> {
    Ok(load(conn, IdSet::matching(which)).await?.into_iter().next().map(|(_, segment)| segment))
}

/// The row id of a guid; `None` if there is no such segment.
async fn id_of(conn: &mut Conn, guid: &Guid<IsolationSegment>) -> Result<Option<i64>, StoreError> {
    isolation_segments::table
        .filter(isolation_segments::guid.eq(guid.as_str()))
        .select(isolation_segments::id)
        .first(conn)
        .await
        .optional()
        .map_err(failed)
}

/// As [`id_of`], and locks the row until the transaction ends.
async fn lock_id_of(conn: &mut Conn, guid: &Guid<IsolationSegment>) -> Result<Option<i64>, StoreError> {
    isolation_segments::table
        .filter(isolation_segments::guid.eq(guid.as_str()))
        .select(isolation_segments::id)
        .locked(Lock::Update)
        .get_result(conn)
        .await
        .optional()
        .map_err(failed)
}
