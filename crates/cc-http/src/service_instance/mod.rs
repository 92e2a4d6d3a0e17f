//! `/v3/service_instances`

mod get;
mod list;

use crate::operation::Gives::{ListOf, One};
use crate::operation::{Operation, on};

#[rustfmt::skip] // A line an operation.
pub const OPERATIONS: &[Operation] = &[
    Operation::get("/v3/service_instances", "service_instances_list", ListOf("service_instance"), on!(list::handle)),
    Operation::get("/v3/service_instances/{guid}", "service_instance_get", One("service_instance"), on!(get::handle)),
];
