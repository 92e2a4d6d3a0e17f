//! Organization quotas. A quota tells of the organizations that it applies to those that the scope shows.

mod list;
mod read;

use crate::any::sets::IdSet;
use crate::any::{Any, Conn};
use crate::schema::organization_quotas;
use crate::seal::SealingKeys;
use crate::stored::{Stored, columns, rows};
use async_trait::async_trait;
use cc_domain::guid::Guid;
use cc_domain::metadata::MetadataOwner;
use cc_domain::name::Name;
use cc_domain::organization_quota::{OrganizationLimits, OrganizationQuota};
use cc_domain::store::StoreError;
use cc_domain::time::Timestamp;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

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
    fn into_entity(self) -> OrganizationQuota {
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
            organizations: Vec::new(),
            created_at: Timestamp::from_micros(self.created_at),
            updated_at: Timestamp::from_micros(self.updated_at),
        }
    }
}

#[async_trait]
impl Stored for OrganizationQuota {
    columns!(organization_quotas);
    const OWNER: Option<MetadataOwner> = None;

    async fn load(
        (conn, _): (&mut Conn, &SealingKeys),
        which: IdSet<organization_quotas::table>,
    ) -> Result<Vec<(i64, Self)>, StoreError> {
        let rows = rows!(conn, which, organization_quotas::id, organization_quotas::table);
        Ok(rows.into_iter().map(|row| (row.id, row.into_entity())).collect())
    }
}
