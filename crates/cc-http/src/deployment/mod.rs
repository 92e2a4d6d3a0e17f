//! `/v3/deployments`: there are none yet.

mod get;
mod list;

use crate::operation::Gives::{ListOf, One};
use crate::operation::{Operation, on};

pub const OPERATIONS: &[Operation] = &[
    Operation::get("/v3/deployments", "deployments_list", ListOf("deployment"), on!(list::handle)),
    Operation::get("/v3/deployments/{guid}", "deployment_get", One("deployment"), on!(get::handle)),
];
