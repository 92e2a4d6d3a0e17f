//! `/v3/service_credential_bindings`

mod get;
mod list;

use crate::operation::Gives::{ListOf, One};
use crate::operation::{Operation, on};

#[rustfmt::skip] // A line an operation.
pub const OPERATIONS: &[Operation] = &[
    Operation::get("/v3/service_credential_bindings", "service_credential_bindings_list", ListOf("service_credential_binding"), on!(list::handle)),
    Operation::get("/v3/service_credential_bindings/{guid}", "service_credential_binding_get", One("service_credential_binding"), on!(get::handle)),
];
