//! What changes security groups.

use super::json;
use super::read::{shown, tell_spaces};
use crate::any::dsl::TextOneOf;
use crate::errors::failed;
use crate::schema::{security_group_spaces, security_groups, spaces};
use crate::session::{Change, Session};
use crate::stored::{BATCH, id_of};
use async_trait::async_trait;
use cc_domain::guid::{Guid, texts};
use cc_domain::list::Scope;
use cc_domain::security_group::ports::SecurityGroupWrites;
use cc_domain::security_group::{Phase, SecurityGroup};
use cc_domain::space::Space;
use cc_domain::store::StoreError;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

#[derive(Insertable)]
#[diesel(table_name = security_groups, treat_none_as_default_value = false)]
struct NewRow<'a> {
    guid: &'a str,
    name: &'a str,
    rules: String,
    is_enabled_running: bool,
    is_enabled_staging: bool,
    created_at: i64,
    updated_at: i64,
}

#[derive(Insertable)]
#[diesel(table_name = security_group_spaces, treat_none_as_default_value = false)]
struct NewBinding {
    security_group_id: i64,
    space_id: i64,
    phase: &'static str,
}

#[async_trait]
impl SecurityGroupWrites for Session<Change> {
    async fn lock_security_group(
        &mut self,
        guid: &Guid<SecurityGroup>,
    ) -> Result<Option<SecurityGroup>, StoreError> {
        let mut found: Vec<_> = self.lock(guid).await?.into_iter().collect();
        tell_spaces(self.conn(), &mut found, shown(&Scope::Everything)).await?;
        Ok(found.pop())
    }

    async fn insert_security_group(&mut self, group: &SecurityGroup) -> Result<(), StoreError> {
        let row = NewRow {
            guid: group.guid.as_str(),
            name: group.name.as_str(),
            rules: json::column(&group.rules),
            is_enabled_running: group.globally_enabled.running,
            is_enabled_staging: group.globally_enabled.staging,
            created_at: group.created_at.micros(),
            updated_at: group.updated_at.micros(),
        };
        diesel::insert_into(security_groups::table)
            .values(&row)
            .execute(self.conn())
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn update_security_group(&mut self, group: &SecurityGroup) -> Result<(), StoreError> {
        diesel::update(security_groups::table.filter(security_groups::guid.eq(group.guid.as_str())))
            .set((
                security_groups::name.eq(group.name.as_str()),
                security_groups::rules.eq(json::column(&group.rules)),
                security_groups::is_enabled_running.eq(group.globally_enabled.running),
                security_groups::is_enabled_staging.eq(group.globally_enabled.staging),
                security_groups::updated_at.eq(group.updated_at.micros()),
            ))
            .execute(self.conn())
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn bind_security_group(
        &mut self,
        group: &Guid<SecurityGroup>,
        phase: Phase,
        to: &[Guid<Space>],
    ) -> Result<(), StoreError> {
        let Some(security_group_id) = id_of(self.conn(), group).await? else { return Ok(()) };
        let ids: Vec<i64> = spaces::table
            .filter(spaces::guid.one_of(&texts(to)))
            .order(spaces::id.asc())
            .select(spaces::id)
            .load(self.conn())
            .await
            .map_err(failed)?;
        for batch in ids.chunks(BATCH) {
            let binding = |id: &i64| NewBinding { security_group_id, space_id: *id, phase: phase.as_str() };
            let rows: Vec<_> = batch.iter().map(binding).collect();
            diesel::insert_into(security_group_spaces::table)
                .values(&rows)
                .execute(self.conn())
                .await
                .map_err(failed)?;
        }
        Ok(())
    }

    async fn unbind_security_group(
        &mut self,
        group: &Guid<SecurityGroup>,
        phase: Phase,
        from: &Guid<Space>,
    ) -> Result<(), StoreError> {
        let Some(group) = id_of(self.conn(), group).await? else { return Ok(()) };
        let space = spaces::table.filter(spaces::guid.eq(from.as_str())).select(spaces::id);
        diesel::delete(
            security_group_spaces::table
                .filter(security_group_spaces::security_group_id.eq(group))
                .filter(security_group_spaces::phase.eq(phase.as_str()))
                .filter(security_group_spaces::space_id.eq_any(space)),
        )
        .execute(self.conn())
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn delete_security_group(&mut self, guid: &Guid<SecurityGroup>) -> Result<(), StoreError> {
        let Some(id) = id_of(self.conn(), guid).await? else { return Ok(()) };
        diesel::delete(security_group_spaces::table.filter(security_group_spaces::security_group_id.eq(id)))
            .execute(self.conn())
            .await
            .map_err(failed)?;
        self.delete(guid).await
    }
}
