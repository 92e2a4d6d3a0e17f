//! What is asked about droplets.

use super::{list, load};
use crate::any::dsl::{All, Pred};
use crate::any::sets::IdSet;
use crate::list::{Filter, in_order_of, page_of_ids};
use crate::of_app::apps_with;
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
        let this = Pred::new(droplets::guid.eq(guid.as_str().to_owned()));
        let which = Filter::visible(list::visible(scope)).and(this).all();
        Ok(load(self.conn(), IdSet::matching(which)).await?.pop().map(|(_, droplet)| droplet))
    }

    async fn list_droplets(
        &mut self,
        filter: &DropletFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<Droplet>, StoreError> {
        let filter = list::filter(filter, scope);
        let ids = page_of_ids(self.conn(), filter, list::order(page.order), page).await?;
        let rows = load(self.conn(), IdSet::list(&ids.items)).await?;
        let items = in_order_of(&ids.items, rows, |(id, _)| *id).into_iter().map(|(_, d)| d).collect();
        Ok(Page { items, total: ids.total })
    }

    async fn droplets_of_app(&mut self, app: &Guid<App>) -> Result<Vec<Droplet>, StoreError> {
        let this: Pred<droplets::table> = apps_with(&[app.as_str().to_owned()]).holds(droplets::app_id);
        let which = Filter::visible(None).and(this).all();
        Ok(load(self.conn(), IdSet::matching(which)).await?.into_iter().map(|(_, droplet)| droplet).collect())
    }

    async fn droplet_of_build(&mut self, build: &Guid<Build>) -> Result<Option<Droplet>, StoreError> {
        let which: All<droplets::table> =
            All::of(vec![Pred::new(droplets::build_guid.assume_not_null().eq(build.as_str().to_owned()))]);
        Ok(load(self.conn(), IdSet::matching(which)).await?.pop().map(|(_, droplet)| droplet))
    }
}
