//! What is asked about stacks.

use crate::any::dsl::Pred;
use crate::errors::failed;
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

#[async_trait]
impl<A: Access> StackReads for Session<A> {
    async fn find_stack(&mut self, guid: &Guid<Stack>, scope: &Scope) -> Result<Option<Stack>, StoreError> {
        self.find(guid, scope).await
    }

    async fn find_stack_named(&mut self, name: &str) -> Result<Option<Stack>, StoreError> {
        Ok(self.load_where(Pred::is(stacks::name, name)).await?.pop())
    }

    async fn list_stacks(
        &mut self,
        filter: &StackFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<Stack>, StoreError> {
        self.page(filter, page, scope).await
    }

    async fn is_stack_in_use(&mut self, name: &str) -> Result<bool, StoreError> {
        select(exists(apps::table.filter(apps::stack.eq(name)))).get_result(self.conn()).await.map_err(failed)
    }
}
