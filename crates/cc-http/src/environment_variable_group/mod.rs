//! `/v3/environment_variable_groups`

mod get;
mod present;
mod update;

use crate::operation::Gives::One;
use crate::operation::{Operation, on};

#[rustfmt::skip] // A line an operation.
pub const OPERATIONS: &[Operation] = &[
    Operation::get("/v3/environment_variable_groups/{name}", "environment_variable_group_get", One("environment_variable_group"), on!(get::handle)),
    Operation::patch("/v3/environment_variable_groups/{name}", "environment_variable_group_update", One("environment_variable_group"), on!(update::handle)),
];
