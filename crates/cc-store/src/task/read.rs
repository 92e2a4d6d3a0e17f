//! What is asked about tasks.

use super::{list, load, states};
use crate::any::dsl::{Pred, TextOneOf};
use crate::any::sets::IdSet;
use crate::errors::failed;
use crate::list::{Filter, in_order_of, page_of_ids};
use crate::of_app::apps_with;
use crate::schema::tasks;
use crate::session::{Access, Session};
use async_trait::async_trait;
use cc_domain::app::App;
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest, Scope};
use cc_domain::store::StoreError;
use cc_domain::task::ports::TaskReads;
use cc_domain::task::{Task, TaskFilter};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

#[async_trait]
impl<A: Access> TaskReads for Session<A> {
    async fn find_task(&mut self, guid: &Guid<Task>, scope: &Scope) -> Result<Option<Task>, StoreError> {
        let this = Pred::new(tasks::guid.eq(guid.as_str().to_owned()));
        let which = Filter::visible(list::visible(scope)).and(this).all();
        Ok(load(self.conn(), IdSet::matching(which)).await?.pop().map(|(_, task)| task))
    }

    async fn list_tasks(
        &mut self,
        filter: &TaskFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<Task>, StoreError> {
        let filter = list::filter(filter, scope);
        let ids = page_of_ids(self.conn(), filter, list::order(page.order), page).await?;
        let rows = load(self.conn(), IdSet::list(&ids.items)).await?;
        let items = in_order_of(&ids.items, rows, |(id, _)| *id).into_iter().map(|(_, t)| t).collect();
        Ok(Page { items, total: ids.total })
    }

    async fn tasks_of_app(&mut self, app: &Guid<App>) -> Result<Vec<Task>, StoreError> {
        let this: Pred<tasks::table> = apps_with(&[app.as_str().to_owned()]).holds(tasks::app_id);
        let which = Filter::visible(None).and(this).all();
        Ok(load(self.conn(), IdSet::matching(which)).await?.into_iter().map(|(_, task)| task).collect())
    }

    async fn active_tasks(&mut self, after: Option<&Guid<Task>>, max: i64) -> Result<Vec<Task>, StoreError> {
        let ids: Vec<i64> = tasks::table
            .filter(tasks::state.one_of(&states(|state| !state.is_final())))
            .filter(tasks::guid.gt(after.map_or("", Guid::as_str)))
            .order(tasks::guid.asc())
            .select(tasks::id)
            .limit(max)
            .load(self.conn())
            .await
            .map_err(failed)?;
        let rows = load(self.conn(), IdSet::list(&ids)).await?;
        Ok(in_order_of(&ids, rows, |(id, _)| *id).into_iter().map(|(_, task)| task).collect())
    }
}
