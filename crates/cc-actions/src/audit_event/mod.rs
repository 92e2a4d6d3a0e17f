//! Audit events: read here, recorded by every other use case.

use crate::fault::Fault;
use crate::ports::Ports;
use cc_domain::actor::Actor;
use cc_domain::audit_event::{AuditEvent, AuditEventFilter};
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest};

/// `audit_event_get`: the event, if it is of a place whose events the caller may read.
pub async fn get(ports: &Ports, actor: &Actor, guid: &Guid<AuditEvent>) -> Result<AuditEvent, Fault> {
    let mut reader = ports.store.reader().await?;
    reader.find_audit_event(guid, &actor.scope()).await?.ok_or_else(|| Fault::not_found("Event"))
}

/// `audit_events_list`
pub async fn list(
    ports: &Ports,
    actor: &Actor,
    filter: &AuditEventFilter,
    page: &PageRequest,
) -> Result<Page<AuditEvent>, Fault> {
    let mut reader = ports.store.reader().await?;
    Ok(reader.list_audit_events(filter, page, &actor.scope()).await?)
}
