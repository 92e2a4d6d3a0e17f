//! What changes space quotas.

use super::LimitColumns;
use super::read::tell_spaces;
use crate::any::dsl::TextOneOf;
use crate::any::sets::{IdSet, InSetExt};
use crate::errors::failed;
use crate::list::with_guid;
use crate::schema::{apps, processes, space_quotas, spaces};
use crate::session::{Change, Session};
use crate::stored::known_id_of;
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
        let mut found: Vec<_> = self.lock(guid).await?.into_iter().collect();
        tell_spaces(self.conn(), &mut found, &Scope::Everything).await?;
        Ok(found.pop())
    }

    async fn insert_space_quota(&mut self, quota: &SpaceQuota) -> Result<(), StoreError> {
        let organization_id = known_id_of(self.conn(), &quota.organization).await?;
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
            Some(quota) => Some(known_id_of(self.conn(), quota).await?),
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
            .filter(processes::log_rate_limit.eq(LogRate::UNLIMITED.get()));
        let names: Vec<String> = spaces::table
            .filter(spaces::guid.one_of(&texts(among)))
            .filter(spaces::id.in_set(IdSet::of(unlimited, apps::space_id)))
            .order(spaces::name_key.asc())
            .select(spaces::name)
            .load(self.conn())
            .await
            .map_err(failed)?;
        Ok(names.into_iter().map(Name::stored).collect())
    }

    async fn delete_space_quota(&mut self, guid: &Guid<SpaceQuota>) -> Result<(), StoreError> {
        let applied = spaces::quota_id.assume_not_null().in_set(with_guid(guid));
        diesel::update(spaces::table.filter(applied))
            .set(spaces::quota_id.eq(None::<i64>))
            .execute(self.conn())
            .await
            .map_err(failed)?;
        self.delete(guid).await
    }
}
