//! Organizations. The pattern of every resource folder: the row and how it becomes an entity here, questions in `read.rs`, the list's
//! predicates in `list.rs`, changes in `write.rs`.

mod list;
mod read;
pub mod seed;
mod write;

use crate::any::Any;
use crate::any::Conn;
use crate::any::dsl::Lock;
use crate::any::dsl::LockExt;
use crate::any::sets::{IdSet, InSetExt};
use crate::errors::{failed, parsed};
use crate::metadata;
use crate::schema::{organization_quotas, organizations};
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

/// The organizations of a set in insertion order, with metadata: three statements, however many.
async fn load(conn: &mut Conn, which: IdSet) -> Result<Vec<(i64, Organization)>, StoreError> {
    let rows: Vec<Row> = organizations::table
        .inner_join(organization_quotas::table)
        .filter(organizations::id.in_set(which))
        .order(organizations::id.asc())
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

/// The row id of a guid; `None` if there is no such organization.
pub async fn id_of(conn: &mut Conn, guid: &str) -> Result<Option<i64>, StoreError> {
    organizations::table
        .filter(organizations::guid.eq(guid))
        .select(organizations::id)
        .first(conn)
        .await
        .optional()
        .map_err(failed)
}

/// As [`id_of`], and locks the row until the transaction ends.
pub async fn lock_id_of(conn: &mut Conn, guid: &str) -> Result<Option<i64>, StoreError> {
    organizations::table
        .filter(organizations::guid.eq(guid))
        .select(organizations::id)
        .locked(Lock::Update)
        .get_result(conn)
        .await
        .optional()
        .map_err(failed)
}
