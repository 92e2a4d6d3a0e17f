//! `/v3/service_plans`

mod get;
mod list;

use crate::operation::Gives::{ListOf, One};
use crate::operation::{Operation, on};

#[rustfmt::skip] // A line an operation.
pub const OPERATIONS: &[Operation] = &[
    Operation::get("/v3/service_plans", "service_plans_list", ListOf("service_plan"), on!(list::handle)).anonymous(),
    Operation::get("/v3/service_plans/{guid}", "service_plan_get", One("service_plan"), on!(get::handle)).anonymous(),
];
