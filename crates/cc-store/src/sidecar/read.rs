//! What is asked about sidecars.

use crate::list::with_guid;
use crate::schema::sidecars;
use crate::session::{Access, Session};
use async_trait::async_trait;
use cc_domain::app::App;
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest, Scope};
use cc_domain::sidecar::ports::SidecarReads;
use cc_domain::sidecar::{Sidecar, SidecarFilter};
use cc_domain::store::StoreError;

#[async_trait]
impl<A: Access> SidecarReads for Session<A> {
    async fn find_sidecar(
        &mut self,
        guid: &Guid<Sidecar>,
        scope: &Scope,
    ) -> Result<Option<Sidecar>, StoreError> {
        self.find(guid, scope).await
    }

    async fn list_sidecars(
        &mut self,
        filter: &SidecarFilter,
        page: &PageRequest,
    ) -> Result<Page<Sidecar>, StoreError> {
        self.page(filter, page, &Scope::Everything).await
    }

    async fn sidecars_of_app(&mut self, app: &Guid<App>) -> Result<Vec<Sidecar>, StoreError> {
        self.load_where(with_guid(app).holds(sidecars::app_id)).await
    }
}
