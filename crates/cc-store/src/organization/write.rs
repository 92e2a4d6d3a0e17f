//! What changes organizations.

use super::OWNER;
use crate::errors::failed;
use crate::metadata;
use crate::schema::{domain_shares, organizations, roles, space_quotas};
use crate::session::{Change, Session};
use crate::stored::{id_of, known_id_of};
use async_trait::async_trait;
use cc_domain::guid::Guid;
use cc_domain::organization::ports::OrganizationWrites;
use cc_domain::organization::{Organization, OrganizationQuota};
use cc_domain::store::StoreError;
use cc_domain::time::Timestamp;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

#[derive(Insertable)]
#[diesel(table_name = organizations, treat_none_as_default_value = false)]
struct NewRow<'a> {
    guid: &'a str,
    name: &'a str,
    name_key: String,
    status: &'a str,
    quota_id: i64,
    created_at: i64,
    updated_at: i64,
}

#[async_trait]
impl OrganizationWrites for Session<Change> {
    async fn lock_organization(
        &mut self,
        guid: &Guid<Organization>,
    ) -> Result<Option<Organization>, StoreError> {
        self.lock(guid).await
    }

    async fn lock_organizations(
        &mut self,
        guids: &[Guid<Organization>],
    ) -> Result<Vec<Organization>, StoreError> {
        self.lock_all(guids).await
    }

    async fn insert_organization(&mut self, organization: &Organization) -> Result<(), StoreError> {
        let quota_id = known_id_of(self.conn(), &organization.quota).await?;
        let row = NewRow {
            guid: organization.guid.as_str(),
            name: organization.name.as_str(),
            name_key: organization.name.key(),
            status: organization.status.as_str(),
            quota_id,
            created_at: organization.created_at.micros(),
            updated_at: organization.updated_at.micros(),
        };
        let id: i64 = diesel::insert_into(organizations::table)
            .values(&row)
            .returning(organizations::id)
            .get_result(self.conn())
            .await
            .map_err(failed)?;
        metadata::insert(self.conn(), OWNER, id, &organization.metadata).await
    }

    async fn update_organization(&mut self, organization: &Organization) -> Result<(), StoreError> {
        let id: i64 =
            diesel::update(organizations::table.filter(organizations::guid.eq(organization.guid.as_str())))
                .set((
                    organizations::name.eq(organization.name.as_str()),
                    organizations::name_key.eq(organization.name.key()),
                    organizations::status.eq(organization.status.as_str()),
                    organizations::updated_at.eq(organization.updated_at.micros()),
                ))
                .returning(organizations::id)
                .get_result(self.conn())
                .await
                .map_err(failed)?;
        metadata::replace(self.conn(), OWNER, id, &organization.metadata).await
    }

    async fn ensure_default_organization_quota(
        &mut self,
        guid: &Guid<OrganizationQuota>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        super::seed::default_quota(self.conn(), guid, now).await
    }

    async fn delete_organization(&mut self, guid: &Guid<Organization>) -> Result<(), StoreError> {
        let Some(id) = id_of(self.conn(), guid).await? else { return Ok(()) };
        metadata::delete(self.conn(), OWNER, &[id]).await?;
        diesel::delete(roles::table.filter(roles::organization_id.eq(id)))
            .execute(self.conn())
            .await
            .map_err(failed)?;
        diesel::delete(domain_shares::table.filter(domain_shares::organization_id.eq(id)))
            .execute(self.conn())
            .await
            .map_err(failed)?;
        diesel::delete(space_quotas::table.filter(space_quotas::organization_id.eq(id)))
            .execute(self.conn())
            .await
            .map_err(failed)?;
        diesel::delete(organizations::table.filter(organizations::id.eq(id)))
            .execute(self.conn())
            .await
            .map_err(failed)?;
        Ok(())
    }
}
