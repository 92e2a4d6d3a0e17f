//! How spaces are kept.

use super::{Space, SpaceFilter};
use crate::access::Standing;
use crate::actor::Principal;
use crate::guid::Guid;
use crate::list::{Page, PageRequest, Scope};
use crate::organization::Organization;
use crate::store::error::StoreError;
use async_trait::async_trait;

#[async_trait]
pub trait SpaceReads {
    /// The space if it exists and `scope` shows it.
    async fn find_space(&mut self, guid: &Guid<Space>, scope: &Scope) -> Result<Option<Space>, StoreError>;
    async fn list_spaces(
        &mut self,
        filter: &SpaceFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<Space>, StoreError>;
    /// Those of the given spaces that exist and `scope` shows, in insertion order: for `include`.
    async fn spaces_by_guid(
        &mut self,
        guids: &[Guid<Space>],
        scope: &Scope,
    ) -> Result<Vec<Space>, StoreError>;
    /// What `who` holds in the space and its organization; `None` if there is no such space.
    async fn space_standing(
        &mut self,
        guid: &Guid<Space>,
        who: &Principal,
    ) -> Result<Option<Standing>, StoreError>;
}

#[async_trait]
pub trait SpaceWrites: SpaceReads {
    /// Reads the space and locks its row until the transaction ends. Lock its organization first if both are needed.
    async fn lock_space(&mut self, guid: &Guid<Space>) -> Result<Option<Space>, StoreError>;
    /// Those of the spaces that exist, in insertion order, all locked until the transaction ends. Their organization first.
    async fn lock_spaces(&mut self, guids: &[Guid<Space>]) -> Result<Vec<Space>, StoreError>;
    /// Guids of all spaces of an organization, in insertion order.
    async fn spaces_of(&mut self, organization: &Guid<Organization>) -> Result<Vec<Guid<Space>>, StoreError>;
    /// [`StoreError::Taken`] `spaces_organization_id_name_key_key` if the name is in use.
    async fn insert_space(&mut self, space: &Space) -> Result<(), StoreError>;
    /// Writes name, status, ssh feature and metadata. Same refusal as the insert.
    async fn update_space(&mut self, space: &Space) -> Result<(), StoreError>;
    /// Removes the row, its roles, shares of routes with it, bindings of security groups and metadata. Apps and routes must be gone before.
    async fn delete_space(&mut self, guid: &Guid<Space>) -> Result<(), StoreError>;
}
