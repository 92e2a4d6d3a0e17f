//! Space quotas. A quota tells of the spaces that it applies to those that the scope shows.

mod list;
mod read;
mod write;

use crate::any::sets::{IdSet, InSetExt};
use crate::any::{Any, Conn};
use crate::errors::failed;
use crate::quota::limit_columns;
use crate::schema::{organizations, space_quotas, spaces};
use crate::visibility;
use cc_domain::guid::Guid;
use cc_domain::list::Scope;
use cc_domain::quota::{Limits, QuotaName};
use cc_domain::space::{self, Space};
use cc_domain::space_quota::SpaceQuota;
use cc_domain::store::StoreError;
use cc_domain::time::Timestamp;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::collections::HashMap;

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
    fn into_entity(self, spaces: Vec<Guid<Space>>) -> SpaceQuota {
        SpaceQuota {
            guid: Guid::new(self.guid),
            name: QuotaName::stored(self.name),
            organization: Guid::new(self.organization_guid),
            limits: self.limits.into(),
            spaces,
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

/// The quotas of a set in insertion order: two statements, however many.
async fn load(conn: &mut Conn, which: IdSet, scope: &Scope) -> Result<Vec<(i64, SpaceQuota)>, StoreError> {
    let rows: Vec<Row> = space_quotas::table
        .inner_join(organizations::table)
        .filter(space_quotas::id.in_set(which))
        .order(space_quotas::id.asc())
        .select(Row::as_select())
        .load(conn)
        .await
        .map_err(failed)?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let mut spaces = spaces_of(conn, &ids, scope).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let id = row.id;
            (id, row.into_entity(spaces.remove(&id).unwrap_or_default()))
        })
        .collect())
}

async fn spaces_of(
    conn: &mut Conn,
    quotas: &[i64],
    scope: &Scope,
) -> Result<HashMap<i64, Vec<Guid<Space>>>, StoreError> {
    let applied = spaces::quota_id.assume_not_null().in_set(IdSet::list(quotas));
    let rows =
        spaces::table.order(spaces::id.asc()).select((spaces::quota_id.assume_not_null(), spaces::guid));
    let pairs: Vec<(i64, String)> = match visibility::spaces(scope, &space::policy::GET) {
        None => rows.filter(applied).load(conn).await,
        Some(readable) => rows.filter(applied).filter(spaces::id.in_set(readable)).load(conn).await,
    }
    .map_err(failed)?;
    let mut found: HashMap<i64, Vec<Guid<Space>>> = HashMap::new();
    for (quota, space) in pairs {
        found.entry(quota).or_default().push(Guid::new(space));
    }
    Ok(found)
}
