//! What is asked about spaces.

use super::{list, load};
use crate::any::dsl::Pred;
use crate::any::dsl::TextOneOf;
use crate::any::sets::IdSet;
use crate::list::{Filter, in_order_of, page_of_ids};
use crate::schema::spaces;
use crate::session::{Access, Session};
use crate::standing;
use async_trait::async_trait;
use cc_domain::access::Standing;
use cc_domain::actor::Principal;
use cc_domain::guid::{Guid, texts};
use cc_domain::list::{Page, PageRequest, Scope};
use cc_domain::space::ports::SpaceReads;
use cc_domain::space::{Space, SpaceFilter};
use cc_domain::store::StoreError;
use diesel::prelude::*;

#[async_trait]
impl<A: Access> SpaceReads for Session<A> {
    async fn find_space(&mut self, guid: &Guid<Space>, scope: &Scope) -> Result<Option<Space>, StoreError> {
        let this = Pred::new(spaces::guid.eq(guid.as_str().to_owned()));
        let which = Filter::visible(list::visible(scope)).and(this).all();
        Ok(load(self.conn(), IdSet::matching(which)).await?.pop().map(|(_, space)| space))
    }

    async fn list_spaces(
        &mut self,
        filter: &SpaceFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<Space>, StoreError> {
        let filter = list::filter(filter, scope);
        let ids = page_of_ids(self.conn(), filter, list::order(page.order), page).await?;
        let rows = load(self.conn(), IdSet::list(&ids.items)).await?;
        let items = in_order_of(&ids.items, rows, |(id, _)| *id).into_iter().map(|(_, s)| s).collect();
        Ok(Page { items, total: ids.total })
    }

    async fn spaces_by_guid(
        &mut self,
        guids: &[Guid<Space>],
        scope: &Scope,
    ) -> Result<Vec<Space>, StoreError> {
        let these = Pred::new(spaces::guid.one_of(&texts(guids)));
        let which = Filter::visible(list::visible(scope)).and(these).all();
        Ok(load(self.conn(), IdSet::matching(which)).await?.into_iter().map(|(_, space)| space).collect())
    }

    async fn space_standing(
        &mut self,
        guid: &Guid<Space>,
        who: &Principal,
    ) -> Result<Option<Standing>, StoreError> {
        let id = super::id_of(self.conn(), guid.as_str()).await?;
        standing::in_space(self.conn(), id, who).await
    }
}
