//! What changes users.

use super::OWNER;
use crate::errors::failed;
use crate::metadata;
use crate::schema::{roles, users};
use crate::session::{Change, Session};
use crate::stored::id_of;
use async_trait::async_trait;
use cc_domain::guid::Guid;
use cc_domain::store::StoreError;
use cc_domain::user::User;
use cc_domain::user::ports::UserWrites;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

#[derive(Insertable)]
#[diesel(table_name = users, treat_none_as_default_value = false)]
struct NewRow<'a> {
    guid: &'a str,
    is_client: bool,
    created_at: i64,
    updated_at: i64,
}

impl<'a> From<&'a User> for NewRow<'a> {
    fn from(user: &'a User) -> Self {
        Self {
            guid: user.guid.as_str(),
            is_client: user.is_client,
            created_at: user.created_at.micros(),
            updated_at: user.updated_at.micros(),
        }
    }
}

#[async_trait]
impl UserWrites for Session<Change> {
    async fn insert_user(&mut self, user: &User) -> Result<(), StoreError> {
        let id: i64 = diesel::insert_into(users::table)
            .values(&NewRow::from(user))
            .returning(users::id)
            .get_result(self.conn())
            .await
            .map_err(failed)?;
        metadata::insert(self.conn(), OWNER, id, &user.metadata).await
    }

    async fn ensure_user(&mut self, user: &User) -> Result<(), StoreError> {
        diesel::insert_into(users::table)
            .values(&NewRow::from(user))
            .on_conflict(users::guid)
            .do_nothing()
            .execute(self.conn())
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn update_user(&mut self, user: &User) -> Result<(), StoreError> {
        let id: i64 = diesel::update(users::table.filter(users::guid.eq(user.guid.as_str())))
            .set(users::updated_at.eq(user.updated_at.micros()))
            .returning(users::id)
            .get_result(self.conn())
            .await
            .map_err(failed)?;
        metadata::replace(self.conn(), OWNER, id, &user.metadata).await
    }

    async fn delete_user(&mut self, guid: &Guid<User>) -> Result<(), StoreError> {
        let Some(id) = id_of(self.conn(), guid).await? else { return Ok(()) };
        metadata::delete(self.conn(), OWNER, &[id]).await?;
        diesel::delete(roles::table.filter(roles::user_id.eq(id)))
            .execute(self.conn())
            .await
            .map_err(failed)?;
        diesel::delete(users::table.filter(users::id.eq(id))).execute(self.conn()).await.map_err(failed)?;
        Ok(())
    }
}
