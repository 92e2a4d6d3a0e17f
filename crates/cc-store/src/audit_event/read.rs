//! What is asked about audit events.

use super::{list, load};
use crate::any::dsl::Pred;
use crate::any::sets::IdSet;
use crate::list::{Filter, in_order_of, page_of_ids_counted};
use crate::schema::audit_events;
use crate::session::{Access, Session};
use async_trait::async_trait;
use cc_domain::audit_event::ports::AuditEventReads;
use cc_domain::audit_event::{AuditEvent, AuditEventFilter};
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest, Scope};
use cc_domain::store::StoreError;
use diesel::prelude::*;

#[async_trait]
impl<A: Access> AuditEventReads for Session<A> {
    async fn find_audit_event(
        &mut self,
        guid: &Guid<AuditEvent>,
        scope: &Scope,
    ) -> Result<Option<AuditEvent>, StoreError> {
        let this = Pred::new(audit_events::guid.eq(guid.as_str().to_owned()));
        let which = Filter::visible_by_any(list::visible(scope)).and(this).all();
        Ok(load(self.conn(), IdSet::matching(which)).await?.pop().map(|(_, event)| event))
    }

    async fn list_audit_events(
        &mut self,
        filter: &AuditEventFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<AuditEvent>, StoreError> {
        let filter = list::filter(filter, scope);
        let ids = page_of_ids_counted(self.conn(), filter, list::order(page.order), page).await?;
        let rows = load(self.conn(), IdSet::list(&ids.items)).await?;
        let items = in_order_of(&ids.items, rows, |(id, _)| *id).into_iter().map(|(_, e)| e).collect();
        Ok(Page { items, total: ids.total })
    }
}
