//! What changes spaces.

use super::OWNER;
use crate::any::dsl::All;
use crate::errors::failed;
use crate::list::with_guid;
use crate::metadata;
use crate::schema::{roles, route_shares, security_group_spaces, space_quotas, spaces};
use crate::session::{Change, Session};
use crate::stored::{guids_where, id_of, known_id_of};
use async_trait::async_trait;
use cc_domain::guid::Guid;
use cc_domain::organization::Organization;
use cc_domain::space::Space;
use cc_domain::space::ports::SpaceWrites;
use cc_domain::store::StoreError;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

#[derive(Insertable)]
#[diesel(table_name = spaces, treat_none_as_default_value = false)]
struct NewRow<'a> {
    guid: &'a str,
    name: &'a str,
    name_key: String,
    organization_id: i64,
    quota_id: Option<i64>,
    status: &'a str,
    is_ssh_allowed: bool,
    created_at: i64,
    updated_at: i64,
}

#[async_trait]
impl SpaceWrites for Session<Change> {
    async fn lock_space(&mut self, guid: &Guid<Space>) -> Result<Option<Space>, StoreError> {
        self.lock(guid).await
    }

    async fn lock_spaces(&mut self, guids: &[Guid<Space>]) -> Result<Vec<Space>, StoreError> {
        self.lock_all(guids).await
    }

    async fn spaces_of(&mut self, organization: &Guid<Organization>) -> Result<Vec<Guid<Space>>, StoreError> {
        let these = with_guid(organization).holds(spaces::organization_id);
        guids_where(self.conn(), All::of(vec![these])).await
    }

    async fn insert_space(&mut self, space: &Space) -> Result<(), StoreError> {
        let organization_id = known_id_of(self.conn(), &space.organization).await?;
        let quota_id = match &space.quota {
            None => None,
            Some(quota) => Some(
                space_quotas::table
                    .filter(space_quotas::guid.eq(quota.as_str()))
                    .select(space_quotas::id)
                    .first::<i64>(self.conn())
                    .await
                    .map_err(failed)?,
            ),
        };
        let row = NewRow {
            guid: space.guid.as_str(),
            name: space.name.as_str(),
            name_key: space.name.key(),
            organization_id,
            quota_id,
            status: space.status.as_str(),
            is_ssh_allowed: space.is_ssh_allowed,
            created_at: space.created_at.micros(),
            updated_at: space.updated_at.micros(),
        };
        let id: i64 = diesel::insert_into(spaces::table)
            .values(&row)
            .returning(spaces::id)
            .get_result(self.conn())
            .await
            .map_err(failed)?;
        metadata::insert(self.conn(), OWNER, id, &space.metadata).await
    }

    async fn update_space(&mut self, space: &Space) -> Result<(), StoreError> {
        let id: i64 = diesel::update(spaces::table.filter(spaces::guid.eq(space.guid.as_str())))
            .set((
                spaces::name.eq(space.name.as_str()),
                spaces::name_key.eq(space.name.key()),
                spaces::status.eq(space.status.as_str()),
                spaces::is_ssh_allowed.eq(space.is_ssh_allowed),
                spaces::updated_at.eq(space.updated_at.micros()),
            ))
            .returning(spaces::id)
            .get_result(self.conn())
            .await
            .map_err(failed)?;
        metadata::replace(self.conn(), OWNER, id, &space.metadata).await
    }

    async fn delete_space(&mut self, guid: &Guid<Space>) -> Result<(), StoreError> {
        let Some(id) = id_of(self.conn(), guid).await? else { return Ok(()) };
        metadata::delete(self.conn(), OWNER, &[id]).await?;
        diesel::delete(roles::table.filter(roles::space_id.eq(id)))
            .execute(self.conn())
            .await
            .map_err(failed)?;
        diesel::delete(route_shares::table.filter(route_shares::space_id.eq(id)))
            .execute(self.conn())
            .await
            .map_err(failed)?;
        diesel::delete(security_group_spaces::table.filter(security_group_spaces::space_id.eq(id)))
            .execute(self.conn())
            .await
            .map_err(failed)?;
        diesel::delete(spaces::table.filter(spaces::id.eq(id))).execute(self.conn()).await.map_err(failed)?;
        Ok(())
    }
}
