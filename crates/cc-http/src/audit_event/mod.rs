//! `/v3/audit_events`

mod get;
mod list;
mod present;

use crate::operation::Gives::{ListOf, One};
use crate::operation::{Operation, on};

pub const OPERATIONS: &[Operation] = &[
    Operation::get("/v3/audit_events", "audit_events_list", ListOf("audit_event"), on!(list::handle)),
    Operation::get("/v3/audit_events/{guid}", "audit_event_get", One("audit_event"), on!(get::handle)),
];
