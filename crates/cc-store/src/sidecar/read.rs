//! What is asked about sidecars.

use super::{list, load};
use crate::any::dsl::Pred;
use crate::any::sets::IdSet;
use crate::list::{Filter, in_order_of, page_of_ids};
use crate::schema::{apps, sidecars};
use crate::session::{Access, Session};
use async_trait::async_trait;
use cc_domain::app::App;
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest, Scope};
use cc_domain::sidecar::ports::SidecarReads;
use cc_domain::sidecar::{Sidecar, SidecarFilter};
use cc_domain::store::StoreError;
use diesel::prelude::*;

#[async_trait]
impl<A: Access> SidecarReads for Session<A> {
    async fn find_sidecar(
        &mut self,
        guid: &Guid<Sidecar>,
        scope: &Scope,
    ) -> Result<Option<Sidecar>, StoreError> {
        let this = Pred::new(sidecars::guid.eq(guid.as_str().to_owned()));
        let which = Filter::visible(list::visible(scope)).and(this).all();
        Ok(load(self.conn(), IdSet::matching(which)).await?.pop().map(|(_, sidecar)| sidecar))
    }

    async fn list_sidecars(
        &mut self,
        filter: &SidecarFilter,
        page: &PageRequest,
    ) -> Result<Page<Sidecar>, StoreError> {
        let ids = page_of_ids(self.conn(), list::filter(filter), list::order(page.order), page).await?;
        let rows = load(self.conn(), IdSet::list(&ids.items)).await?;
        let items = in_order_of(&ids.items, rows, |(id, _)| *id).into_iter().map(|(_, s)| s).collect();
        Ok(Page { items, total: ids.total })
    }

    async fn sidecars_of_app(&mut self, app: &Guid<App>) -> Result<Vec<Sidecar>, StoreError> {
        let app = IdSet::of(apps::table.filter(apps::guid.eq(app.as_str().to_owned())).select(apps::id));
        let which = Filter::<sidecars::table>::visible(None).and(app.holds(sidecars::app_id)).all();
        Ok(load(self.conn(), IdSet::matching(which)).await?.into_iter().map(|(_, sidecar)| sidecar).collect())
    }
}
