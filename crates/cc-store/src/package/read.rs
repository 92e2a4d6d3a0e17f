//! What is asked about packages.

use super::password_place;
use crate::errors::failed;
use crate::list::with_guid;
use crate::schema::packages;
use crate::seal::Sealed;
use crate::session::{Access, Session};
use async_trait::async_trait;
use cc_domain::app::App;
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest, Scope};
use cc_domain::package::ports::PackageReads;
use cc_domain::package::{Package, PackageFilter};
use cc_domain::secret::Secret;
use cc_domain::store::StoreError;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

#[async_trait]
impl<A: Access> PackageReads for Session<A> {
    async fn find_package(
        &mut self,
        guid: &Guid<Package>,
        scope: &Scope,
    ) -> Result<Option<Package>, StoreError> {
        self.find(guid, scope).await
    }

    async fn list_packages(
        &mut self,
        filter: &PackageFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<Package>, StoreError> {
        self.page(filter, page, scope).await
    }

    async fn packages_of_app(&mut self, app: &Guid<App>) -> Result<Vec<Package>, StoreError> {
        self.load_where(with_guid(app).holds(packages::app_id)).await
    }

    async fn package_password(&mut self, guid: &Guid<Package>) -> Result<Option<Secret>, StoreError> {
        let found: Option<(Option<Vec<u8>>, Option<String>)> = packages::table
            .filter(packages::guid.eq(guid.as_str()))
            .select((packages::docker_password_ciphertext, packages::docker_password_key_label))
            .first(self.conn())
            .await
            .optional()
            .map_err(failed)?;
        let Some((ciphertext, key_label)) = found else { return Ok(None) };
        let Some(sealed) = Sealed::stored(ciphertext, key_label) else { return Ok(None) };
        self.keys.open(&password_place(guid.as_str()), &sealed).map(Some)
    }
}
