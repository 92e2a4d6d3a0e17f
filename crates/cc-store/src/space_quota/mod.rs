//! Space quotas. A quota tells of the spaces that it applies to those that the scope shows.

mod list;
mod read;
mod write;

use crate::any::sets::IdSet;
use crate::any::{Any, Conn};
use crate::errors::failed;
use crate::quota::limit_columns;
use crate::schema::{organizations, space_quotas};
use crate::seal::SealingKeys;
use crate::stored::{Stored, columns, rows};
use async_trait::async_trait;
use cc_domain::guid::Guid;
use cc_domain::metadata::MetadataOwner;
use cc_domain::quota::{Limits, QuotaName};
use cc_domain::space_quota::SpaceQuota;
use cc_domain::store::StoreError;
use cc_domain::time::Timestamp;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

limit_columns!(space_quotas);

#[derive(Queryable, Selectable)]
#[diesel(table_name = space_quotas, check_for_backend(Any))]
struct Row {
    id: i64,
    guid: String,
    name: String,
    #[diesel(select_expression = organizations::guid)]
    organization_guid: String,
    #[diesel(embed)]
    limits: LimitColumns,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn into_entity(self) -> SpaceQuota {
        SpaceQuota {
            guid: Guid::new(self.guid),
            name: QuotaName::stored(self.name),
            organization: Guid::new(self.organization_guid),
            limits: self.limits.into(),
            spaces: Vec::new(),
            created_at: Timestamp::from_micros(self.created_at),
            updated_at: Timestamp::from_micros(self.updated_at),
        }
    }
}

/// The limits of the quota with this row id.
pub async fn limits_of(conn: &mut Conn, id: i64) -> Result<Option<Limits>, StoreError> {
    let found: Option<LimitColumns> = space_quotas::table
        .filter(space_quotas::id.eq(id))
        .select(LimitColumns::as_select())
        .first(conn)
        .await
        .optional()
        .map_err(failed)?;
    Ok(found.map(Limits::from))
}

#[async_trait]
impl Stored for SpaceQuota {
    columns!(space_quotas);
    const OWNER: Option<MetadataOwner> = None;

    /// Without the spaces that they apply to, since those depend on who asks.
    async fn load(
        (conn, _): (&mut Conn, &SealingKeys),
        which: IdSet<space_quotas::table>,
    ) -> Result<Vec<(i64, Self)>, StoreError> {
        let source = space_quotas::table.inner_join(organizations::table);
        let rows = rows!(conn, which, space_quotas::id, source);
        Ok(rows.into_iter().map(|row| (row.id, row.into_entity())).collect())
    }
}
