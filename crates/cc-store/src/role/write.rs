//! What changes roles.

use crate::errors::failed;
use crate::schema::roles;
use crate::session::{Change, Session};
use crate::stored::known_id_of;
use async_trait::async_trait;
use cc_domain::guid::Guid;
use cc_domain::role::ports::RoleWrites;
use cc_domain::role::{Role, RoleTarget};
use cc_domain::store::StoreError;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

#[derive(Insertable)]
#[diesel(table_name = roles, treat_none_as_default_value = false)]
struct NewRow<'a> {
    guid: &'a str,
    kind: &'a str,
    user_id: i64,
    organization_id: Option<i64>,
    space_id: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

#[async_trait]
impl RoleWrites for Session<Change> {
    async fn insert_role(&mut self, role: &Role) -> Result<(), StoreError> {
        let user_id = known_id_of(self.conn(), &role.user).await?;
        let (organization_id, space_id) = match &role.target {
            RoleTarget::Organization(guid) => (Some(known_id_of(self.conn(), guid).await?), None),
            RoleTarget::Space(guid) => (None, Some(known_id_of(self.conn(), guid).await?)),
        };
        let row = NewRow {
            guid: role.guid.as_str(),
            kind: role.kind.as_str(),
            user_id,
            organization_id,
            space_id,
            created_at: role.created_at.micros(),
            updated_at: role.updated_at.micros(),
        };
        diesel::insert_into(roles::table).values(&row).execute(self.conn()).await.map_err(failed)?;
        Ok(())
    }

    async fn delete_role(&mut self, guid: &Guid<Role>) -> Result<(), StoreError> {
        diesel::delete(roles::table.filter(roles::guid.eq(guid.as_str())))
            .execute(self.conn())
            .await
            .map_err(failed)?;
        Ok(())
    }
}
