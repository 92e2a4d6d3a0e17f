//! How security groups are kept.

use super::{Phase, SecurityGroup, SecurityGroupFilter};
use crate::guid::Guid;
use crate::list::{Page, PageRequest, Scope};
use crate::space::Space;
use crate::store::StoreError;
use async_trait::async_trait;

/// `scope` also narrows the spaces that a group names.
#[async_trait]
pub trait SecurityGroupReads {
    /// The group if it exists and `scope` shows it.
    async fn find_security_group(
        &mut self,
        guid: &Guid<SecurityGroup>,
        scope: &Scope,
    ) -> Result<Option<SecurityGroup>, StoreError>;
    async fn list_security_groups(
        &mut self,
        filter: &SecurityGroupFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<SecurityGroup>, StoreError>;
    /// Those that hold in the space. They name no other space.
    async fn list_security_groups_of_space(
        &mut self,
        space: &Guid<Space>,
        phase: Phase,
        filter: &SecurityGroupFilter,
        page: &PageRequest,
    ) -> Result<Page<SecurityGroup>, StoreError>;
}

#[async_trait]
pub trait SecurityGroupWrites: SecurityGroupReads {
    /// Reads the group with all its spaces and locks its row until the transaction ends. Before any lock of a space.
    async fn lock_security_group(
        &mut self,
        guid: &Guid<SecurityGroup>,
    ) -> Result<Option<SecurityGroup>, StoreError>;
    /// Without spaces. [`StoreError::Taken`] `security_groups_name_key` if the name is in use.
    async fn insert_security_group(&mut self, group: &SecurityGroup) -> Result<(), StoreError>;
    /// Writes name, rules and where it is globally enabled. Same refusal as the insert.
    async fn update_security_group(&mut self, group: &SecurityGroup) -> Result<(), StoreError>;
    /// It may be bound to none of these spaces yet.
    async fn bind_security_group(
        &mut self,
        group: &Guid<SecurityGroup>,
        phase: Phase,
        to: &[Guid<Space>],
    ) -> Result<(), StoreError>;
    async fn unbind_security_group(
        &mut self,
        group: &Guid<SecurityGroup>,
        phase: Phase,
        from: &Guid<Space>,
    ) -> Result<(), StoreError>;
    /// Removes the row and what it is bound to.
    async fn delete_security_group(&mut self, guid: &Guid<SecurityGroup>) -> Result<(), StoreError>;
}
