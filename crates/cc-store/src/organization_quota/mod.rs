//! Organization quotas. A quota tells of the organizations that it applies to those that the scope shows.

mod list;
mod read;
mod write;

use crate::any::sets::{IdSet, InSetExt};
use crate::any::{Any, Conn};
use crate::errors::failed;
use crate::quota::{limit, limit_columns};
use crate::schema::{organization_quotas, organizations};
use crate::visibility;
use cc_domain::guid::Guid;
use cc_domain::list::Scope;
use cc_domain::organization::{self, Organization};
use cc_domain::organization_quota::OrganizationQuota;
use cc_domain::quota::{Limits, QuotaName};
use cc_domain::store::StoreError;
use cc_domain::time::Timestamp;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::collections::HashMap;

limit_columns!(organization_quotas);

#[derive(Queryable, Selectable)]
#[diesel(table_name = organization_quotas, check_for_backend(Any))]
struct Row {
    id: i64,
    guid: String,
    name: String,
    #[diesel(embed)]
    limits: LimitColumns,
    total_domains: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn into_entity(self, organizations: Vec<Guid<Organization>>) -> OrganizationQuota {
        OrganizationQuota {
            guid: Guid::new(self.guid),
            name: QuotaName::stored(self.name),
            limits: with_domains(self.limits, self.total_domains),
            organizations,
            created_at: Timestamp::from_micros(self.created_at),
            updated_at: Timestamp::from_micros(self.updated_at),
        }
    }
}

fn with_domains(columns: LimitColumns, total_domains: Option<i64>) -> Limits {
    Limits { total_domains: limit(total_domains), ..columns.into() }
}

/// The limits of the quota with this row id.
pub async fn limits_of(conn: &mut Conn, id: i64) -> Result<Option<Limits>, StoreError> {
    let found: Option<(LimitColumns, Option<i64>)> = organization_quotas::table
        .filter(organization_quotas::id.eq(id))
        .select((LimitColumns::as_select(), organization_quotas::total_domains))
        .first(conn)
        .await
        .optional()
        .map_err(failed)?;
    Ok(found.map(|(columns, total_domains)| with_domains(columns, total_domains)))
}

/// The quotas of a set in insertion order: two statements, however many.
async fn load(
    conn: &mut Conn,
    which: IdSet,
    scope: &Scope,
) -> Result<Vec<(i64, OrganizationQuota)>, StoreError> {
    let rows: Vec<Row> = organization_quotas::table
        .filter(organization_quotas::id.in_set(which))
        .order(organization_quotas::id.asc())
        .select(Row::as_select())
        .load(conn)
        .await
        .map_err(failed)?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let mut organizations = organizations_of(conn, &ids, scope).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let id = row.id;
            (id, row.into_entity(organizations.remove(&id).unwrap_or_default()))
        })
        .collect())
}

async fn organizations_of(
    conn: &mut Conn,
    quotas: &[i64],
    scope: &Scope,
) -> Result<HashMap<i64, Vec<Guid<Organization>>>, StoreError> {
    let applied = organizations::quota_id.in_set(IdSet::list(quotas));
    let rows = organizations::table
        .order(organizations::id.asc())
        .select((organizations::quota_id, organizations::guid));
    let pairs: Vec<(i64, String)> = match visibility::organizations(scope, &organization::policy::GET) {
        None => rows.filter(applied).load(conn).await,
        Some(readable) => rows.filter(applied).filter(organizations::id.in_set(readable)).load(conn).await,
    }
    .map_err(failed)?;
    let mut found: HashMap<i64, Vec<Guid<Organization>>> = HashMap::new();
    for (quota, organization) in pairs {
        found.entry(quota).or_default().push(Guid::new(organization));
    }
    Ok(found)
}
