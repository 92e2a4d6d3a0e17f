//! How sidecars are kept.

use super::{Sidecar, SidecarFilter};
use crate::app::App;
use crate::guid::Guid;
use crate::list::{Page, PageRequest, Scope};
use crate::store::error::StoreError;
use async_trait::async_trait;

#[async_trait]
pub trait SidecarReads {
    /// The sidecar if it exists and `scope` shows its space.
    async fn find_sidecar(
        &mut self,
        guid: &Guid<Sidecar>,
        scope: &Scope,
    ) -> Result<Option<Sidecar>, StoreError>;
    /// The owner's visibility is the caller's to check.
    async fn list_sidecars(
        &mut self,
        filter: &SidecarFilter,
        page: &PageRequest,
    ) -> Result<Page<Sidecar>, StoreError>;
    /// All of an app, in insertion order.
    async fn sidecars_of_app(&mut self, app: &Guid<App>) -> Result<Vec<Sidecar>, StoreError>;
}

#[async_trait]
pub trait SidecarWrites: SidecarReads {
    /// Adds sidecars of one app, in a few statements however many they are. [`StoreError::Taken`] if the app has one of the name.
    async fn insert_sidecars(&mut self, sidecars: &[Sidecar]) -> Result<(), StoreError>;
    /// Writes name, command, process types and memory. Same refusal as the insert.
    async fn update_sidecar(&mut self, sidecar: &Sidecar) -> Result<(), StoreError>;
    /// Removes these, in a few statements however many they are.
    async fn delete_sidecars(&mut self, guids: &[Guid<Sidecar>]) -> Result<(), StoreError>;
}
