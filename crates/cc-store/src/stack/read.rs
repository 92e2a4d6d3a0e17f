//! What is asked about stacks.

use super::{list, load};
use crate::any::dsl::{All, Pred};
use crate::any::sets::IdSet;
use crate::errors::failed;
use crate::list::{Filter, in_order_of, page_of_ids};
use crate::schema::{apps, stacks};
use crate::session::{Access, Session};
use async_trait::async_trait;
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest, Scope};
use cc_domain::stack::ports::StackReads;
use cc_domain::stack::{Stack, StackFilter};
use cc_domain::store::StoreError;
use diesel::dsl::{exists, select};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

impl<A: Access> Session<A> {
    async fn stack_where(&mut self, which: All<stacks::table>) -> Result<Option<Stack>, StoreError> {
        let found = load(self.conn(), IdSet::matching(which)).await?;
        Ok(found.into_iter().next().map(|(_, stack)| stack))
    }
}

#[async_trait]
impl<A: Access> StackReads for Session<A> {
    async fn find_stack(&mut self, guid: &Guid<Stack>, scope: &Scope) -> Result<Option<Stack>, StoreError> {
        let this = Pred::new(stacks::guid.eq(guid.as_str().to_owned()));
        self.stack_where(Filter::visible(list::visible(scope)).and(this).all()).await
    }

    async fn find_stack_named(&mut self, name: &str) -> Result<Option<Stack>, StoreError> {
        self.stack_where(All::of(vec![Pred::new(stacks::name.eq(name.to_owned()))])).await
    }

    async fn list_stacks(
        &mut self,
        filter: &StackFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<Stack>, StoreError> {
        let ids =
            page_of_ids(self.conn(), list::filter(filter, scope), list::order(page.order), page).await?;
        let rows = load(self.conn(), IdSet::list(&ids.items)).await?;
        let items =
            in_order_of(&ids.items, rows, |(id, _)| *id).into_iter().map(|(_, stack)| stack).collect();
        Ok(Page { items, total: ids.total })
    }

    async fn is_stack_in_use(&mut self, name: &str) -> Result<bool, StoreError> {
        select(exists(apps::table.filter(apps::stack.eq(name)))).get_result(self.conn()).await.map_err(failed)
    }
}
