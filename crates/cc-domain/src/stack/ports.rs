//! How stacks are kept.

use super::{Stack, StackFilter};
use crate::guid::Guid;
use crate::list::{Page, PageRequest, Scope};
use crate::store::error::StoreError;
use async_trait::async_trait;

/// Asked with [`super::policy::GET`].
#[async_trait]
pub trait StackReads {
    async fn find_stack(&mut self, guid: &Guid<Stack>, scope: &Scope) -> Result<Option<Stack>, StoreError>;
    /// Case counts.
    async fn find_stack_named(&mut self, name: &str) -> Result<Option<Stack>, StoreError>;
    async fn list_stacks(
        &mut self,
        filter: &StackFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<Stack>, StoreError>;
    /// Whether the lifecycle of any app names the stack.
    async fn is_stack_in_use(&mut self, name: &str) -> Result<bool, StoreError>;
}

#[async_trait]
pub trait StackWrites: StackReads {
    /// [`StoreError::Taken`] `stacks_name_key` if the name is in use.
    async fn insert_stack(&mut self, stack: &Stack) -> Result<(), StoreError>;
    /// Writes state, its reason and metadata.
    async fn update_stack(&mut self, stack: &Stack) -> Result<(), StoreError>;
    async fn delete_stack(&mut self, guid: &Guid<Stack>) -> Result<(), StoreError>;
}
