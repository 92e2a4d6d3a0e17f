//! The quota that new organizations get.

use crate::any::Conn;
use crate::errors::failed;
use crate::schema::organization_quotas;
use cc_domain::guid::Guid;
use cc_domain::organization::OrganizationQuota;
use cc_domain::store::StoreError;
use cc_domain::time::Timestamp;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// Its name, already folded.
pub const DEFAULT: &str = "default";

#[derive(Insertable)]
#[diesel(table_name = organization_quotas, treat_none_as_default_value = false)]
struct NewRow<'a> {
    guid: &'a str,
    name: &'a str,
    name_key: &'a str,
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

/// Inserts it if there is none; what an operator changed stays.
pub async fn default_quota(
    conn: &mut Conn,
    guid: &Guid<OrganizationQuota>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = NewRow {
        guid: guid.as_str(),
        name: DEFAULT,
        name_key: DEFAULT,
        total_memory_mb: None,
        per_process_memory_mb: None,
        total_instances: None,
        per_app_tasks: None,
        log_rate_limit: None,
        paid_services_allowed: true,
        total_service_instances: None,
        total_service_keys: None,
        total_routes: None,
        total_reserved_ports: None,
        total_domains: None,
        created_at: now.micros(),
        updated_at: now.micros(),
    };
    diesel::insert_into(organization_quotas::table)
        .values(&row)
        .on_conflict(organization_quotas::name_key)
        .do_nothing()
        .execute(conn)
        .await
        .map_err(failed)?;
    Ok(())
}
