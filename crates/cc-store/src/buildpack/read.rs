//! What is asked about buildpacks.

use crate::any::dsl::Pred;
use crate::schema::buildpacks;
use crate::session::{Access, Session};
use async_trait::async_trait;
use cc_domain::app::LifecycleKind;
use cc_domain::buildpack::ports::BuildpackReads;
use cc_domain::buildpack::{Buildpack, BuildpackFilter};
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest, Scope};
use cc_domain::store::StoreError;

#[async_trait]
impl<A: Access> BuildpackReads for Session<A> {
    async fn find_buildpack(
        &mut self,
        guid: &Guid<Buildpack>,
        scope: &Scope,
    ) -> Result<Option<Buildpack>, StoreError> {
        self.find(guid, scope).await
    }

    async fn list_buildpacks(
        &mut self,
        filter: &BuildpackFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<Buildpack>, StoreError> {
        self.page(filter, page, scope).await
    }

    async fn buildpacks_in_order(&mut self, lifecycle: LifecycleKind) -> Result<Vec<Buildpack>, StoreError> {
        let mut found: Vec<Buildpack> =
            self.load_where(Pred::is(buildpacks::lifecycle, lifecycle.as_str())).await?;
        found.sort_by_key(|b| b.position);
        Ok(found)
    }
}
