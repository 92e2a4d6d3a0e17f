//! `/v3/deployments`

mod change;
mod create;
mod list;
mod options;
mod present;

use crate::operation::Gives::{Empty, ListOf, One};
use crate::operation::{Operation, on};

pub const OPERATIONS: &[Operation] = &[
    Operation::post("/v3/deployments", "deployment_create", One("deployment"), on!(create::handle)),
    Operation::get("/v3/deployments", "deployments_list", ListOf("deployment"), on!(list::all)),
    Operation::get("/v3/deployments/{guid}", "deployment_get", One("deployment"), on!(list::one)),
    Operation::patch("/v3/deployments/{guid}", "deployment_update", One("deployment"), on!(change::update)),
    Operation::post("/v3/deployments/{guid}/actions/cancel", "deployment_cancel", Empty, on!(change::cancel)),
    Operation::post(
        "/v3/deployments/{guid}/actions/continue",
        "deployment_continue",
        Empty,
        on!(change::resume),
    ),
];
