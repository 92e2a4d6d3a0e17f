//! Isolation segments, and what organizations and spaces have of them.

pub mod assignments;
mod list;
mod read;
mod write;

use crate::any::sets::IdSet;
use crate::any::{Any, Conn};
use crate::schema::isolation_segments;
use crate::seal::SealingKeys;
use crate::stored::{Stored, columns, rows, with_metadata};
use async_trait::async_trait;
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

#[async_trait]
impl Stored for IsolationSegment {
    columns!(isolation_segments);
    const OWNER: Option<MetadataOwner> = Some(OWNER);

    async fn load(
        (conn, _): (&mut Conn, &SealingKeys),
        which: IdSet<isolation_segments::table>,
    ) -> Result<Vec<(i64, Self)>, StoreError> {
        let rows = rows!(conn, which, isolation_segments::id, isolation_segments::table);
        with_metadata(conn, rows, |row| row.id, |row, metadata| Ok(row.into_entity(metadata))).await
    }
}
