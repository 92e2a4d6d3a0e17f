//! What is asked about tasks.

use super::states;
use crate::any::dsl::TextOneOf;
use crate::errors::failed;
use crate::list::with_guid;
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
        self.find(guid, scope).await
    }

    async fn list_tasks(
        &mut self,
        filter: &TaskFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<Task>, StoreError> {
        self.page(filter, page, scope).await
    }

    async fn tasks_of_app(&mut self, app: &Guid<App>) -> Result<Vec<Task>, StoreError> {
        self.load_where(with_guid(app).holds(tasks::app_id)).await
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
        self.load_in_order(&ids).await
    }
}
