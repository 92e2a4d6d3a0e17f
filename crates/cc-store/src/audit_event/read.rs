//! What is asked about audit events.

use crate::list::page_of_ids_counted;
use crate::session::{Access, Session};
use crate::stored::Visible;
use async_trait::async_trait;
use cc_domain::audit_event::ports::AuditEventReads;
use cc_domain::audit_event::{AuditEvent, AuditEventFilter};
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest, Scope};
use cc_domain::store::StoreError;

#[async_trait]
impl<A: Access> AuditEventReads for Session<A> {
    async fn find_audit_event(
        &mut self,
        guid: &Guid<AuditEvent>,
        scope: &Scope,
    ) -> Result<Option<AuditEvent>, StoreError> {
        self.find(guid, scope).await
    }

    async fn list_audit_events(
        &mut self,
        filter: &AuditEventFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<AuditEvent>, StoreError> {
        let (rows, order) = (AuditEvent::filter(filter, scope), AuditEvent::order(page.order));
        let ids = page_of_ids_counted(self.conn(), &rows, order, page).await?;
        Ok(Page { items: self.load_in_order(&ids.items).await?, total: ids.total })
    }
}
