//! What changes space quotas.

use super::{LimitColumns, load};
use crate::any::dsl::{Lock, LockExt, TextOneOf};
use crate::any::sets::{IdSet, InSetExt};
use crate::errors::failed;
use crate::schema::{apps, organizations, processes, space_quotas, spaces};
use crate::session::{Change, Session};
use async_trait::async_trait;
use cc_domain::guid::{Guid, texts};
use cc_domain::list::Scope;
use cc_domain::name::Name;
use cc_domain::quantity::LogRate;
use cc_domain::space::Space;
use cc_domain::space_quota::SpaceQuota;
use cc_domain::space_quota::ports::SpaceQuotaWrites;
use cc_domain::store::StoreError;
use cc_domain::time::Timestamp;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

#[derive(Insertable)]
#[diesel(table_name = space_quotas, treat_none_as_default_value = false)]
struct NewRow<'a> {
    guid: &'a str,
    name: &'a str,
    /// Case counts, so it is the name.
    name_key: &'a str,
    organization_id: i64,
    #[diesel(embed)]
    limits: LimitColumns,
    created_at: i64,
    updated_at: i64,
}

#[async_trait]
impl SpaceQuotaWrites for Session<Change> {
    async fn lock_space_quota(&mut self, guid: &Guid<SpaceQuota>) -> Result<Option<SpaceQuota>, StoreError> {
        let id: Option<i64> = space_quotas::table
            .filter(space_quotas::guid.eq(guid.as_str()))
            .select(space_quotas::id)
            .locked(Lock::Update)
            .get_result(self.conn())
            .await
            .optional()
            .map_err(failed)?;
        let Some(id) = id else { return Ok(None) };
        let found = load(self.conn(), IdSet::list(&[id]), &Scope::Everything).await?;
        Ok(found.into_iter().next().map(|(_, quota)| quota))
    }

    async fn insert_space_quota(&mut self, quota: &SpaceQuota) -> Result<(), StoreError> {
        let organization_id: i64 = organizations::table
            .filter(organizations::guid.eq(quota.organization.as_str()))
            .select(organizations::id)
            .first(self.conn())
            .await
            .map_err(failed)?;
        let row = NewRow {
            guid: quota.guid.as_str(),
            name: quota.name.as_str(),
            name_key: quota.name.as_str(),
            organization_id,
            limits: (&quota.limits).into(),
            created_at: quota.created_at.micros(),
            updated_at: quota.updated_at.micros(),
        };
        diesel::insert_into(space_quotas::table).values(&row).execute(self.conn()).await.map_err(failed)?;
        Ok(())
    }

    async fn update_space_quota(&mut self, quota: &SpaceQuota) -> Result<(), StoreError> {
        diesel::update(space_quotas::table.filter(space_quotas::guid.eq(quota.guid.as_str())))
            .set((
                space_quotas::name.eq(quota.name.as_str()),
                space_quotas::name_key.eq(quota.name.as_str()),
                LimitColumns::from(&quota.limits),
                space_quotas::updated_at.eq(quota.updated_at.micros()),
            ))
            .execute(self.conn())
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn apply_space_quota(
        &mut self,
        quota: Option<&Guid<SpaceQuota>>,
        to: &[Guid<Space>],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let id: Option<i64> = match quota {
            None => None,
            Some(quota) => {
                let found = space_quotas::table
                    .filter(space_quotas::guid.eq(quota.as_str()))
                    .select(space_quotas::id)
                    .first(self.conn())
                    .await;
                Some(found.map_err(failed)?)
            }
        };
        diesel::update(spaces::table.filter(spaces::guid.one_of(&texts(to))))
            .set((spaces::quota_id.eq(id), spaces::updated_at.eq(now.micros())))
            .execute(self.conn())
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn spaces_without_log_limit(&mut self, among: &[Guid<Space>]) -> Result<Vec<Name>, StoreError> {
        let unlimited = processes::table
            .inner_join(apps::table)
            .filter(processes::log_rate_limit.eq(LogRate::UNLIMITED.get()))
            .select(apps::space_id);
        let names: Vec<String> = spaces::table
            .filter(spaces::guid.one_of(&texts(among)))
            .filter(spaces::id.in_set(IdSet::of(unlimited)))
            .order(spaces::name_key.asc())
            .select(spaces::name)
            .load(self.conn())
            .await
            .map_err(failed)?;
        Ok(names.into_iter().map(Name::stored).collect())
    }

    async fn delete_space_quota(&mut self, guid: &Guid<SpaceQuota>) -> Result<(), StoreError> {
        let this = space_quotas::table.filter(space_quotas::guid.eq(guid.as_str()));
        let ids: Vec<i64> = this.select(space_quotas::id).load(self.conn()).await.map_err(failed)?;
        diesel::update(spaces::table.filter(spaces::quota_id.assume_not_null().in_set(IdSet::list(&ids))))
            .set(spaces::quota_id.eq(None::<i64>))
            .execute(self.conn())
            .await
            .map_err(failed)?;
        diesel::delete(space_quotas::table.filter(space_quotas::guid.eq(guid.as_str())))
            .execute(self.conn())
            .await
            .map_err(failed)?;
        Ok(())
    }
}
