//! Audit events: read here, recorded by every other use case.

use crate::fault::Fault;
use crate::ports::Call;
use cc_domain::audit_event::{AuditEvent, AuditEventFilter};
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest};

/// `audit_event_get`: the event, if it is of a place whose events the caller may read.
pub async fn get(call: Call<'_>, guid: &Guid<AuditEvent>) -> Result<AuditEvent, Fault> {
    let mut reader = call.ports.store.reader().await?;
    reader.find_audit_event(guid, &call.actor.scope()).await?.ok_or_else(|| Fault::not_found("Event"))
}

/// `audit_events_list`
pub async fn list(
    call: Call<'_>,
    filter: &AuditEventFilter,
    page: &PageRequest,
) -> Result<Page<AuditEvent>, Fault> {
    let mut reader = call.ports.store.reader().await?;
    Ok(reader.list_audit_events(filter, page, &call.actor.scope()).await?)
}
