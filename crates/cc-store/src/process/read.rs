//! What is asked about processes.

use super::{list, load};
use crate::any::dsl::Pred;
use crate::any::sets::IdSet;
use crate::errors::failed;
use crate::list::{Filter, in_order_of, page_of_ids};
use crate::of_app::apps_with;
use crate::schema::processes;
use crate::session::{Access, Session};
use async_trait::async_trait;
use cc_domain::app::{App, DesiredState};
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest, Scope};
use cc_domain::process::ports::ProcessReads;
use cc_domain::process::{Process, ProcessFilter};
use cc_domain::store::StoreError;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

#[async_trait]
impl<A: Access> ProcessReads for Session<A> {
    async fn find_process(
        &mut self,
        guid: &Guid<Process>,
        scope: &Scope,
    ) -> Result<Option<Process>, StoreError> {
        let this = Pred::new(processes::guid.eq(guid.as_str().to_owned()));
        let which = Filter::visible(list::visible(scope)).and(this).all();
        Ok(load(self.conn(), IdSet::matching(which)).await?.pop().map(|(_, process)| process))
    }

    async fn list_processes(
        &mut self,
        filter: &ProcessFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<Process>, StoreError> {
        let filter = list::filter(filter, scope);
        let ids = page_of_ids(self.conn(), filter, list::order(page.order), page).await?;
        let rows = load(self.conn(), IdSet::list(&ids.items)).await?;
        let items = in_order_of(&ids.items, rows, |(id, _)| *id).into_iter().map(|(_, p)| p).collect();
        Ok(Page { items, total: ids.total })
    }

    async fn processes_of_app(&mut self, app: &Guid<App>) -> Result<Vec<Process>, StoreError> {
        let this: Pred<processes::table> = apps_with(&[app.as_str().to_owned()]).holds(processes::app_id);
        let which = Filter::visible(None).and(this).all();
        Ok(load(self.conn(), IdSet::matching(which)).await?.into_iter().map(|(_, process)| process).collect())
    }

    async fn wanted_processes(
        &mut self,
        after: Option<&Guid<Process>>,
        max: i64,
    ) -> Result<Vec<Process>, StoreError> {
        let ids: Vec<i64> = processes::table
            .filter(processes::state.eq(DesiredState::Started.as_str()))
            .filter(processes::instances.gt(0))
            .filter(processes::guid.gt(after.map_or("", Guid::as_str)))
            .order(processes::guid.asc())
            .select(processes::id)
            .limit(max)
            .load(self.conn())
            .await
            .map_err(failed)?;
        let rows = load(self.conn(), IdSet::list(&ids)).await?;
        Ok(in_order_of(&ids, rows, |(id, _)| *id).into_iter().map(|(_, process)| process).collect())
    }
}
