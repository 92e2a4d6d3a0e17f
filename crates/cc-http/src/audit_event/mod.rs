//! `/v3/audit_events`

mod get;
mod list;
mod present;

use crate::operation::Operation;

pub const OPERATIONS: &[Operation] = &[
    Operation::get("/v3/audit_events", "audit_events_list", "list of audit_event", |c, r| {
        Box::pin(list::handle(c, r))
    }),
    Operation::get("/v3/audit_events/{guid}", "audit_event_get", "audit_event", |c, r| {
        Box::pin(get::handle(c, r))
    }),
];
