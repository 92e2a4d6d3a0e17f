//! `/v3/deployments`

mod create;
mod get;
mod list;
mod options;
mod present;
mod transition;
mod update;

use crate::operation::Gives::{Empty, ListOf, One};
use crate::operation::{Operation, on};

pub const OPERATIONS: &[Operation] = &[
    Operation::post("/v3/deployments", "deployment_create", One("deployment"), on!(create::handle)),
    Operation::get("/v3/deployments", "deployments_list", ListOf("deployment"), on!(list::handle)),
    Operation::get("/v3/deployments/{guid}", "deployment_get", One("deployment"), on!(get::handle)),
    Operation::patch("/v3/deployments/{guid}", "deployment_update", One("deployment"), on!(update::handle)),
    Operation::post(
        "/v3/deployments/{guid}/actions/cancel",
        "deployment_cancel",
        Empty,
        on!(transition::cancel),
    ),
    Operation::post(
        "/v3/deployments/{guid}/actions/continue",
        "deployment_continue",
        Empty,
        on!(transition::resume),
    ),
];
