//! Organization quotas. A quota tells of the organizations that it applies to those that the scope shows.

mod list;
mod read;
mod write;

use crate::any::sets::IdSet;
use crate::any::{Any, Conn};
use crate::errors::failed;
use crate::quota::{limit, limit_columns};
use crate::schema::organization_quotas;
use crate::seal::SealingKeys;
use crate::stored::{Stored, columns, rows};
use async_trait::async_trait;
use cc_domain::guid::Guid;
use cc_domain::metadata::MetadataOwner;
use cc_domain::organization_quota::OrganizationQuota;
use cc_domain::quota::{Limits, QuotaName};
use cc_domain::store::StoreError;
use cc_domain::time::Timestamp;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

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
    fn into_entity(self) -> OrganizationQuota {
        OrganizationQuota {
            guid: Guid::new(self.guid),
            name: QuotaName::stored(self.name),
            limits: with_domains(self.limits, self.total_domains),
            organizations: Vec::new(),
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

#[async_trait]
impl Stored for OrganizationQuota {
    columns!(organization_quotas);
    const OWNER: Option<MetadataOwner> = None;

    /// Without the organizations that they apply to, since those depend on who asks.
    async fn load(
        (conn, _): (&mut Conn, &SealingKeys),
        which: IdSet<organization_quotas::table>,
    ) -> Result<Vec<(i64, Self)>, StoreError> {
        let rows = rows!(conn, which, organization_quotas::id, organization_quotas::table);
        Ok(rows.into_iter().map(|row| (row.id, row.into_entity())).collect())
    }
}
