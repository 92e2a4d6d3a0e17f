//! What is asked about buildpacks.

use super::{list, load};
use crate::any::dsl::{All, Pred};
use crate::any::sets::IdSet;
use crate::list::{Filter, in_order_of, page_of_ids};
use crate::schema::buildpacks;
use crate::session::{Access, Session};
use async_trait::async_trait;
use cc_domain::app::LifecycleKind;
use cc_domain::buildpack::ports::BuildpackReads;
use cc_domain::buildpack::{Buildpack, BuildpackFilter};
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest, Scope};
use cc_domain::store::StoreError;
use diesel::prelude::*;

#[async_trait]
impl<A: Access> BuildpackReads for Session<A> {
    async fn find_buildpack(
        &mut self,
        guid: &Guid<Buildpack>,
        scope: &Scope,
    ) -> Result<Option<Buildpack>, StoreError> {
        let this = Pred::new(buildpacks::guid.eq(guid.as_str().to_owned()));
        let which = Filter::visible(list::visible(scope)).and(this).all();
        Ok(load(self.conn(), IdSet::matching(which)).await?.pop().map(|(_, buildpack)| buildpack))
    }

    async fn list_buildpacks(
        &mut self,
        filter: &BuildpackFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<Buildpack>, StoreError> {
        let ids =
            page_of_ids(self.conn(), list::filter(filter, scope), list::order(page.order), page).await?;
        let rows = load(self.conn(), IdSet::list(&ids.items)).await?;
        let items = in_order_of(&ids.items, rows, |(id, _)| *id).into_iter().map(|(_, b)| b).collect();
        Ok(Page { items, total: ids.total })
    }

    async fn buildpacks_in_order(&mut self, lifecycle: LifecycleKind) -> Result<Vec<Buildpack>, StoreError> {
        let which: All<buildpacks::table> =
            All::of(vec![Pred::new(buildpacks::lifecycle.eq(lifecycle.as_str()))]);
        let found = load(self.conn(), IdSet::matching(which)).await?;
        let mut found: Vec<_> = found.into_iter().map(|(_, buildpack)| buildpack).collect();
        found.sort_by_key(|b| b.position);
        Ok(found)
    }
}
