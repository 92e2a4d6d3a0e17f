//! How buildpacks are kept.

use super::{Buildpack, BuildpackFilter};
use crate::guid::Guid;
use crate::lifecycle::LifecycleKind;
use crate::list::{Page, PageRequest, Scope};
use crate::store::error::StoreError;
use async_trait::async_trait;

/// Asked with [`super::policy::GET`].
#[async_trait]
pub trait BuildpackReads {
    async fn find_buildpack(
        &mut self,
        guid: &Guid<Buildpack>,
        scope: &Scope,
    ) -> Result<Option<Buildpack>, StoreError>;
    async fn list_buildpacks(
        &mut self,
        filter: &BuildpackFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<Buildpack>, StoreError>;
    /// All of a lifecycle, by position.
    async fn buildpacks_in_order(&mut self, lifecycle: LifecycleKind) -> Result<Vec<Buildpack>, StoreError>;
}

#[async_trait]
pub trait BuildpackWrites: BuildpackReads {
    /// All of a lifecycle, by position, with the order locked until the transaction ends: before any insert, move or delete.
    async fn lock_buildpacks(&mut self, lifecycle: LifecycleKind) -> Result<Vec<Buildpack>, StoreError>;
    /// [`StoreError::Taken`] if name, stack and lifecycle are in use together.
    async fn insert_buildpack(&mut self, buildpack: &Buildpack) -> Result<(), StoreError>;
    /// Writes everything but guid, lifecycle, position and creation time. Same refusal as the insert.
    async fn update_buildpack(&mut self, buildpack: &Buildpack) -> Result<(), StoreError>;
    /// Gives the buildpacks of a lifecycle the positions 1, 2, … in this order.
    async fn order_buildpacks(
        &mut self,
        lifecycle: LifecycleKind,
        order: &[Guid<Buildpack>],
    ) -> Result<(), StoreError>;
    async fn delete_buildpack(&mut self, guid: &Guid<Buildpack>) -> Result<(), StoreError>;
}
