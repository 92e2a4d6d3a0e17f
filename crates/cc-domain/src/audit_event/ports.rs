//! How audit events are kept.

use super::{AuditEvent, AuditEventFilter};
use crate::guid::Guid;
use crate::list::{Page, PageRequest, Scope};
use crate::store::error::StoreError;
use async_trait::async_trait;

#[async_trait]
pub trait AuditEventReads {
    /// Visible are those of spaces where one is auditor, developer or supporter and of organizations where one is auditor; those without
    /// a place only to global readers.
    async fn find_audit_event(
        &mut self,
        guid: &Guid<AuditEvent>,
        scope: &Scope,
    ) -> Result<Option<AuditEvent>, StoreError>;
    async fn list_audit_events(
        &mut self,
        filter: &AuditEventFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<AuditEvent>, StoreError>;
}

#[async_trait]
pub trait AuditEventWrites {
    async fn record(&mut self, event: &AuditEvent) -> Result<(), StoreError>;
}
