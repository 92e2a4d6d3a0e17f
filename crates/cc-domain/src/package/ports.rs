//! How packages are kept.

use super::{Package, PackageFilter};
use crate::app::App;
use crate::guid::Guid;
use crate::list::{Page, PageRequest, Scope};
use crate::secret::Secret;
use crate::store::error::StoreError;
use async_trait::async_trait;

#[async_trait]
pub trait PackageReads {
    /// The package if it exists and `scope` shows its space.
    async fn find_package(
        &mut self,
        guid: &Guid<Package>,
        scope: &Scope,
    ) -> Result<Option<Package>, StoreError>;
    async fn list_packages(
        &mut self,
        filter: &PackageFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<Package>, StoreError>;
    /// All of an app, in insertion order.
    async fn packages_of_app(&mut self, app: &Guid<App>) -> Result<Vec<Package>, StoreError>;
    /// Opens the sealed registry password. `None` if there is none, or no such package.
    async fn package_password(&mut self, guid: &Guid<Package>) -> Result<Option<Secret>, StoreError>;
}

#[async_trait]
pub trait PackageWrites: PackageReads {
    /// Reads the package and locks its row until the transaction ends. `None` if there is none.
    async fn lock_package(&mut self, guid: &Guid<Package>) -> Result<Option<Package>, StoreError>;
    /// Seals the password.
    async fn insert_package(
        &mut self,
        package: &Package,
        password: Option<&Secret>,
    ) -> Result<(), StoreError>;
    /// Writes everything but guid, app, password and creation time.
    async fn update_package(&mut self, package: &Package) -> Result<(), StoreError>;
    /// Seals and writes the registry password; `None` removes it.
    async fn update_package_password(
        &mut self,
        guid: &Guid<Package>,
        password: Option<&Secret>,
    ) -> Result<(), StoreError>;
    /// Removes the row and its metadata. Builds and droplets stay.
    async fn delete_package(&mut self, guid: &Guid<Package>) -> Result<(), StoreError>;
}
