//! What is asked about droplets.

use crate::any::dsl::Pred;
use crate::list::with_guid;
use crate::schema::droplets;
use crate::session::{Access, Session};
use async_trait::async_trait;
use cc_domain::app::App;
use cc_domain::build::Build;
use cc_domain::droplet::ports::DropletReads;
use cc_domain::droplet::{Droplet, DropletFilter};
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest, Scope};
use cc_domain::store::StoreError;
use diesel::prelude::*;

#[async_trait]
impl<A: Access> DropletReads for Session<A> {
    async fn find_droplet(
        &mut self,
        guid: &Guid<Droplet>,
        scope: &Scope,
    ) -> Result<Option<Droplet>, StoreError> {
        self.find(guid, scope).await
    }

    async fn list_droplets(
        &mut self,
        filter: &DropletFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<Droplet>, StoreError> {
        self.page(filter, page, scope).await
    }

    async fn droplets_of_app(&mut self, app: &Guid<App>) -> Result<Vec<Droplet>, StoreError> {
        self.load_where(with_guid(app).holds(droplets::app_id)).await
    }

    async fn droplet_of_build(&mut self, build: &Guid<Build>) -> Result<Option<Droplet>, StoreError> {
        let this = Pred::is(droplets::build_guid.assume_not_null(), build.as_str());
        Ok(self.load_where(this).await?.pop())
    }
}
