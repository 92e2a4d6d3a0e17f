//! What is asked about packages.

use super::{list, load, password_place};
use crate::any::dsl::Pred;
use crate::any::sets::IdSet;
use crate::errors::failed;
use crate::list::{Filter, in_order_of, page_of_ids};
use crate::of_app::apps_with;
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
        let this = Pred::new(packages::guid.eq(guid.as_str().to_owned()));
        let which = Filter::visible(list::visible(scope)).and(this).all();
        Ok(load(self.conn(), IdSet::matching(which)).await?.pop().map(|(_, package)| package))
    }

    async fn list_packages(
        &mut self,
        filter: &PackageFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<Package>, StoreError> {
        let filter = list::filter(filter, scope);
        let ids = page_of_ids(self.conn(), filter, list::order(page.order), page).await?;
        let rows = load(self.conn(), IdSet::list(&ids.items)).await?;
        let items = in_order_of(&ids.items, rows, |(id, _)| *id).into_iter().map(|(_, p)| p).collect();
        Ok(Page { items, total: ids.total })
    }

    async fn packages_of_app(&mut self, app: &Guid<App>) -> Result<Vec<Package>, StoreError> {
        let this: Pred<packages::table> = apps_with(&[app.as_str().to_owned()]).holds(packages::app_id);
        let which = Filter::visible(None).and(this).all();
        Ok(load(self.conn(), IdSet::matching(which)).await?.into_iter().map(|(_, package)| package).collect())
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
