//! `/v3/service_route_bindings`

mod get;
mod list;

use crate::operation::Gives::{ListOf, One};
use crate::operation::{Operation, on};

#[rustfmt::skip] // A line an operation.
pub const OPERATIONS: &[Operation] = &[
    Operation::get("/v3/service_route_bindings", "service_route_bindings_list", ListOf("service_route_binding"), on!(list::handle)),
    Operation::get("/v3/service_route_bindings/{guid}", "service_route_binding_get", One("service_route_binding"), on!(get::handle)),
];
