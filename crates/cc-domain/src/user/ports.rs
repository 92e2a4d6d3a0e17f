//! How users are kept.

use super::{User, UserFilter};
use crate::guid::Guid;
use crate::list::{Page, PageRequest, Scope};
use crate::organization::Organization;
use crate::space::Space;
use crate::store::error::StoreError;
use async_trait::async_trait;

#[async_trait]
pub trait UserReads {
    /// The user if the row exists and `scope` shows it: oneself, and users with a role in an organization where one has a role.
    async fn find_user(&mut self, guid: &Guid<User>, scope: &Scope) -> Result<Option<User>, StoreError>;
    async fn list_users(
        &mut self,
        filter: &UserFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<User>, StoreError>;
    /// Users with any role in the organization.
    async fn list_organization_users(
        &mut self,
        organization: &Guid<Organization>,
        filter: &UserFilter,
        page: &PageRequest,
    ) -> Result<Page<User>, StoreError>;
    /// Users with any role in the space.
    async fn list_space_users(
        &mut self,
        space: &Guid<Space>,
        filter: &UserFilter,
        page: &PageRequest,
    ) -> Result<Page<User>, StoreError>;
    /// Those of the given users that exist, in insertion order: for `include`.
    async fn users_by_guid(&mut self, guids: &[Guid<User>]) -> Result<Vec<User>, StoreError>;
}

#[async_trait]
pub trait UserWrites: UserReads {
    /// [`StoreError::Taken`] `users_guid_key` if there is one already.
    async fn insert_user(&mut self, user: &User) -> Result<(), StoreError>;
    /// Makes sure that there is a row for the guid; whether it was there makes no difference.
    async fn ensure_user(&mut self, user: &User) -> Result<(), StoreError>;
    /// Writes the metadata.
    async fn update_user(&mut self, user: &User) -> Result<(), StoreError>;
    /// Removes the row, all roles of the user and the metadata.
    async fn delete_user(&mut self, guid: &Guid<User>) -> Result<(), StoreError>;
}
