//! Organizations. The pattern of every resource folder: the row and how it becomes an entity here, questions in `read.rs`, the list's
//! predicates in `list.rs`, changes in `write.rs`.

mod list;
mod read;
pub mod seed;
mod write;

use crate::any::sets::IdSet;
use crate::any::{Any, Conn};
use crate::errors::parsed;
use crate::schema::{organization_quotas, organizations};
use crate::seal::SealingKeys;
use crate::stored::{Stored, columns, rows, with_metadata};
use async_trait::async_trait;
use cc_domain::guid::Guid;
use cc_domain::metadata::{Metadata, MetadataOwner};
use cc_domain::name::Name;
use cc_domain::organization::Organization;
use cc_domain::store::StoreError;
use cc_domain::time::Timestamp;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

const OWNER: MetadataOwner = MetadataOwner::Organization;

#[derive(Queryable, Selectable)]
#[diesel(table_name = organizations, check_for_backend(Any))]
struct Row {
    id: i64,
    guid: String,
    name: String,
    status: String,
    #[diesel(select_expression = organization_quotas::guid)]
    quota_guid: String,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn into_entity(self, metadata: Metadata) -> Result<Organization, StoreError> {
        Ok(Organization {
            guid: Guid::new(self.guid),
            name: Name::stored(self.name),
            status: parsed("organizations.status", &self.status)?,
            quota: Guid::new(self.quota_guid),
            metadata,
            created_at: Timestamp::from_micros(self.created_at),
            updated_at: Timestamp::from_micros(self.updated_at),
        })
    }
}

#[async_trait]
impl Stored for Organization {
    columns!(organizations);
    const OWNER: Option<MetadataOwner> = Some(OWNER);

    async fn load(
        (conn, _): (&mut Conn, &SealingKeys),
        which: IdSet<organizations::table>,
    ) -> Result<Vec<(i64, Self)>, StoreError> {
        let rows = rows!(
            conn,
            which,
            organizations::id,
            organizations::table.inner_join(organization_quotas::table)
        );
        with_metadata(conn, rows, |row| row.id, Row::into_entity).await
    }
}
