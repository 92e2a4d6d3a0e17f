//! Spaces.

mod list;
mod read;
mod write;

use crate::any::dsl::{Lock, LockExt};
use crate::any::sets::{IdSet, InSetExt};
use crate::any::{Any, Conn};
use crate::errors::{failed, parsed};
use crate::metadata;
use crate::schema::{organizations, space_quotas, spaces};
use cc_domain::guid::Guid;
use cc_domain::metadata::{Metadata, MetadataOwner};
use cc_domain::name::Name;
use cc_domain::space::Space;
use cc_domain::store::StoreError;
use cc_domain::time::Timestamp;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::collections::HashMap;

const OWNER: MetadataOwner = MetadataOwner::Space;

#[derive(Queryable, Selectable)]
#[diesel(table_name = spaces, check_for_backend(Any))]
struct Row {
    id: i64,
    guid: String,
    name: String,
    #[diesel(select_expression = organizations::guid)]
    organization_guid: String,
    quota_id: Option<i64>,
    status: String,
    is_ssh_allowed: bool,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn into_entity(self, quota: Option<String>, metadata: Metadata) -> Result<Space, StoreError> {
        Ok(Space {
            guid: Guid::new(self.guid),
            name: Name::stored(self.name),
            organization: Guid::new(self.organization_guid),
            status: parsed("spaces.status", &self.status)?,
            quota: quota.map(Guid::new),
            is_ssh_allowed: self.is_ssh_allowed,
            metadata,
            created_at: Timestamp::from_micros(self.created_at),
            updated_at: Timestamp::from_micros(self.updated_at),
        })
    }
}

/// The spaces of a set in insertion order, with metadata: three statements, and one more if any has a quota.
async fn load(conn: &mut Conn, which: IdSet) -> Result<Vec<(i64, Space)>, StoreError> {
    let rows: Vec<Row> = spaces::table
        .inner_join(organizations::table)
        .filter(spaces::id.in_set(which))
        .order(spaces::id.asc())
        .select(Row::as_select())
        .load(conn)
        .await
        .map_err(failed)?;
    let quota_ids: Vec<i64> = rows.iter().filter_map(|row| row.quota_id).collect();
    let quotas = quota_guids(conn, &quota_ids).await?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let mut metadata = metadata::load(conn, OWNER, &ids).await?;
    rows.into_iter()
        .map(|row| {
            let id = row.id;
            let quota = row.quota_id.and_then(|quota| quotas.get(&quota).cloned());
            Ok((id, row.into_entity(quota, metadata.remove(&id).unwrap_or_default())?))
        })
        .collect()
}

async fn quota_guids(conn: &mut Conn, ids: &[i64]) -> Result<HashMap<i64, String>, StoreError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let found: Vec<(i64, String)> = space_quotas::table
        .filter(space_quotas::id.in_set(IdSet::list(ids)))
        .select((space_quotas::id, space_quotas::guid))
        .load(conn)
        .await
        .map_err(failed)?;
    Ok(found.into_iter().collect())
}

/// The row id of a guid; `None` if there is no such space.
pub async fn id_of(conn: &mut Conn, guid: &str) -> Result<Option<i64>, StoreError> {
    spaces::table
        .filter(spaces::guid.eq(guid))
        .select(spaces::id)
        .first(conn)
        .await
        .optional()
        .map_err(failed)
}

/// As [`id_of`], and locks the row until the transaction ends.
pub async fn lock_id_of(conn: &mut Conn, guid: &str) -> Result<Option<i64>, StoreError> {
    spaces::table
        .filter(spaces::guid.eq(guid))
        .select(spaces::id)
        .locked(Lock::Update)
        .get_result(conn)
        .await
        .optional()
        .map_err(failed)
}
