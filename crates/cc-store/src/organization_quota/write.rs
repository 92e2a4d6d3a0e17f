//! What changes organization quotas.

use super::LimitColumns;
use super::read::tell_organizations;
use crate::any::dsl::TextOneOf;
use crate::any::sets::{IdSet, InSetExt};
use crate::errors::failed;
use crate::quota::column;
use crate::schema::{apps, organization_quotas, organizations, processes, spaces};
use crate::session::{Change, Session};
use crate::stored::known_id_of;
use async_trait::async_trait;
use cc_domain::guid::{Guid, texts};
use cc_domain::list::Scope;
use cc_domain::name::{Name, fold};
use cc_domain::organization::Organization;
use cc_domain::organization_quota::OrganizationQuota;
use cc_domain::organization_quota::ports::OrganizationQuotaWrites;
use cc_domain::quantity::LogRate;
use cc_domain::store::StoreError;
use cc_domain::time::Timestamp;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

#[derive(Insertable)]
#[diesel(table_name = organization_quotas, treat_none_as_default_value = false)]
struct NewRow<'a> {
    guid: &'a str,
    name: &'a str,
    name_key: String,
    #[diesel(embed)]
    limits: LimitColumns,
    total_domains: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

#[async_trait]
impl OrganizationQuotaWrites for Session<Change> {
    async fn lock_organization_quota(
        &mut self,
        guid: &Guid<OrganizationQuota>,
    ) -> Result<Option<OrganizationQuota>, StoreError> {
        let mut found: Vec<_> = self.lock(guid).await?.into_iter().collect();
        tell_organizations(self.conn(), &mut found, &Scope::Everything).await?;
        Ok(found.pop())
    }

    async fn insert_organization_quota(&mut self, quota: &OrganizationQuota) -> Result<(), StoreError> {
        let row = NewRow {
            guid: quota.guid.as_str(),
            name: quota.name.as_str(),
            name_key: fold(quota.name.as_str()),
            limits: (&quota.limits).into(),
            total_domains: column(quota.limits.total_domains),
            created_at: quota.created_at.micros(),
            updated_at: quota.updated_at.micros(),
        };
        diesel::insert_into(organization_quotas::table)
            .values(&row)
            .execute(self.conn())
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn update_organization_quota(&mut self, quota: &OrganizationQuota) -> Result<(), StoreError> {
        diesel::update(organization_quotas::table.filter(organization_quotas::guid.eq(quota.guid.as_str())))
            .set((
                organization_quotas::name.eq(quota.name.as_str()),
                organization_quotas::name_key.eq(fold(quota.name.as_str())),
                LimitColumns::from(&quota.limits),
                organization_quotas::total_domains.eq(column(quota.limits.total_domains)),
                organization_quotas::updated_at.eq(quota.updated_at.micros()),
            ))
            .execute(self.conn())
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn apply_organization_quota(
        &mut self,
        quota: &Guid<OrganizationQuota>,
        to: &[Guid<Organization>],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let id = known_id_of(self.conn(), quota).await?;
        diesel::update(organizations::table.filter(organizations::guid.one_of(&texts(to))))
            .set((organizations::quota_id.eq(id), organizations::updated_at.eq(now.micros())))
            .execute(self.conn())
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn organizations_without_log_limit(
        &mut self,
        among: &[Guid<Organization>],
    ) -> Result<Vec<Name>, StoreError> {
        let unlimited = processes::table
            .inner_join(apps::table.inner_join(spaces::table))
            .filter(processes::log_rate_limit.eq(LogRate::UNLIMITED.get()));
        let names: Vec<String> = organizations::table
            .filter(organizations::guid.one_of(&texts(among)))
            .filter(organizations::id.in_set(IdSet::of(unlimited, spaces::organization_id)))
            .order(organizations::name_key.asc())
            .select(organizations::name)
            .load(self.conn())
            .await
            .map_err(failed)?;
        Ok(names.into_iter().map(Name::stored).collect())
    }

    async fn delete_organization_quota(&mut self, guid: &Guid<OrganizationQuota>) -> Result<(), StoreError> {
        self.delete(guid).await
    }
}
