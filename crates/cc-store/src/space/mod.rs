//! Spaces.

mod list;
mod read;
mod write;

use crate::any::sets::{IdSet, InSetExt};
use crate::any::{Any, Conn};
use crate::errors::{failed, parsed};
use crate::list::with_guids;
use crate::schema::{organizations, space_quotas, spaces};
use crate::seal::SealingKeys;
use crate::stored::{Stored, columns, rows, with_metadata};
use async_trait::async_trait;
use cc_domain::guid::Guid;
use cc_domain::metadata::{Metadata, MetadataOwner};
use cc_domain::name::Name;
use cc_domain::organization::Organization;
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

/// Spaces of the organizations with these guids.
pub fn spaces_in_organizations(guids: &[String]) -> IdSet<spaces::table> {
    let these = with_guids::<Organization>(guids);
    IdSet::of(spaces::table.filter(spaces::organization_id.in_set(these)), spaces::id)
}

#[async_trait]
impl Stored for Space {
    columns!(spaces);
    const OWNER: Option<MetadataOwner> = Some(OWNER);

    async fn load(
        (conn, _): (&mut Conn, &SealingKeys),
        which: IdSet<spaces::table>,
    ) -> Result<Vec<(i64, Self)>, StoreError> {
        let rows = rows!(conn, which, spaces::id, spaces::table.inner_join(organizations::table));
        let quota_ids: Vec<i64> = rows.iter().filter_map(|row| row.quota_id).collect();
        let quotas = quota_guids(conn, &quota_ids).await?;
        let entity = |row: Row, metadata| {
            let quota = row.quota_id.and_then(|quota| quotas.get(&quota).cloned());
            row.into_entity(quota, metadata)
        };
        with_metadata(conn, rows, |row| row.id, entity).await
    }
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
