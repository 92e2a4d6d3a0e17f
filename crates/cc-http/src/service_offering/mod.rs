//! `/v3/service_offerings`

mod get;
mod list;

use crate::operation::Gives::{ListOf, One};
use crate::operation::{Operation, on};

#[rustfmt::skip] // A line an operation.
pub const OPERATIONS: &[Operation] = &[
    Operation::get("/v3/service_offerings", "service_offerings_list", ListOf("service_offering"), on!(list::handle)).anonymous(),
    Operation::get("/v3/service_offerings/{guid}", "service_offering_get", One("service_offering"), on!(get::handle)).anonymous(),
];
