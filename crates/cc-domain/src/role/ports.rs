//! How roles are kept.

use super::{Role, RoleFilter, RoleTarget};
use crate::access::RoleKind;
use crate::guid::Guid;
use crate::list::{Page, PageRequest, Scope};
use crate::organization::Organization;
use crate::store::error::StoreError;
use crate::user::User;
use async_trait::async_trait;

#[async_trait]
pub trait RoleReads {
    /// The role if it exists and `scope` shows its space or organization.
    async fn find_role(&mut self, guid: &Guid<Role>, scope: &Scope) -> Result<Option<Role>, StoreError>;
    async fn list_roles(
        &mut self,
        filter: &RoleFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<Role>, StoreError>;
    async fn has_role(
        &mut self,
        user: &Guid<User>,
        kind: RoleKind,
        target: &RoleTarget,
    ) -> Result<bool, StoreError>;
    /// Whether the user holds any role in a space of the organization.
    async fn has_space_role_in(
        &mut self,
        user: &Guid<User>,
        organization: &Guid<Organization>,
    ) -> Result<bool, StoreError>;
}

#[async_trait]
pub trait RoleWrites: RoleReads {
    /// The user's row must exist. [`StoreError::Taken`] if the user holds this role there already.
    async fn insert_role(&mut self, role: &Role) -> Result<(), StoreError>;
    async fn delete_role(&mut self, guid: &Guid<Role>) -> Result<(), StoreError>;
}
