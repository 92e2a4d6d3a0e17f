//! What is asked about processes.

use crate::errors::failed;
use crate::list::with_guid;
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
        self.find(guid, scope).await
    }

    async fn list_processes(
        &mut self,
        filter: &ProcessFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<Process>, StoreError> {
        self.page(filter, page, scope).await
    }

    async fn processes_of_app(&mut self, app: &Guid<App>) -> Result<Vec<Process>, StoreError> {
        self.load_where(with_guid(app).holds(processes::app_id)).await
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
        self.load_in_order(&ids).await
    }
}
