//! How droplets are kept.

use super::{Droplet, DropletFilter};
use crate::app::App;
use crate::build::Build;
use crate::guid::Guid;
use crate::list::{Page, PageRequest, Scope};
use crate::store::error::StoreError;
use async_trait::async_trait;

#[async_trait]
pub trait DropletReads {
    /// The droplet if it exists and `scope` shows its space.
    async fn find_droplet(
        &mut self,
        guid: &Guid<Droplet>,
        scope: &Scope,
    ) -> Result<Option<Droplet>, StoreError>;
    /// Without those in STAGING.
    async fn list_droplets(
        &mut self,
        filter: &DropletFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<Droplet>, StoreError>;
    /// All of an app, in insertion order, STAGING included.
    async fn droplets_of_app(&mut self, app: &Guid<App>) -> Result<Vec<Droplet>, StoreError>;
    /// The droplet that a build makes; `None` before its bits came.
    async fn droplet_of_build(&mut self, build: &Guid<Build>) -> Result<Option<Droplet>, StoreError>;
}

#[async_trait]
pub trait DropletWrites: DropletReads {
    /// Reads the droplet and locks its row until the transaction ends. `None` if there is none.
    async fn lock_droplet(&mut self, guid: &Guid<Droplet>) -> Result<Option<Droplet>, StoreError>;
    async fn insert_droplet(&mut self, droplet: &Droplet) -> Result<(), StoreError>;
    /// Writes everything but guid, app, package, build and creation time.
    async fn update_droplet(&mut self, droplet: &Droplet) -> Result<(), StoreError>;
    /// Removes the row and its metadata. No app may have it as its current droplet.
    async fn delete_droplet(&mut self, guid: &Guid<Droplet>) -> Result<(), StoreError>;
}
