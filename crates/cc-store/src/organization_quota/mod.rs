//! Organization quotas. A quota tells of the organizations that it applies to those that the scope shows.

mod list;
mod read;

use crate::any::sets::{IdSet, InSetExt};
use crate::any::{Any, Conn};
use crate::errors::failed;
use crate::schema::{organization_quotas, organizations};
use crate::visibility;
use cc_domain::guid::Guid;
use cc_domain::list::Scope;
use cc_domain::name::Name;
use cc_domain::organization::{self, Organization};
use cc_domain::organization_quota::{OrganizationLimits, OrganizationQuota};
use cc_domain::store::StoreError;
use cc_domain::time::Timestamp;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::collections::HashMap;

#[derive(Queryable, Selectable)]
#[diesel(table_name = organization_quotas, check_for_backend(Any))]
struct Row {
    id: i64,
    guid: String,
    name: String,
    total_memory_mb: Option<i64>,
    per_process_memory_mb: Option<i64>,
    total_instances: Option<i64>,
    per_app_tasks: Option<i64>,
    log_rate_limit: Option<i64>,
    paid_services_allowed: bool,
    total_service_instances: Option<i64>,
    total_service_keys: Option<i64>,
    total_routes: Option<i64>,
    total_reserved_ports: Option<i64>,
    total_domains: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn into_entity(self, organizations: Vec<Guid<Organization>>) -> OrganizationQuota {
        let limit = |stored: Option<i64>| stored.and_then(|n| u64::try_from(n).ok());
        OrganizationQuota {
            guid: Guid::new(self.guid),
            name: Name::stored(self.name),
            limits: OrganizationLimits {
                total_memory: limit(self.total_memory_mb),
                per_process_memory: limit(self.per_process_memory_mb),
                total_instances: limit(self.total_instances),
                per_app_tasks: limit(self.per_app_tasks),
                log_rate: limit(self.log_rate_limit),
                are_paid_services_allowed: self.paid_services_allowed,
                total_service_instances: limit(self.total_service_instances),
                total_service_keys: limit(self.total_service_keys),
                total_routes: limit(self.total_routes),
                total_reserved_ports: limit(self.total_reserved_ports),
                total_domains: limit(self.total_domains),
            },
            organizations,
            created_at: Timestamp::from_micros(self.created_at),
            updated_at: Timestamp::from_micros(self.updated_at),
        }
    }
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
