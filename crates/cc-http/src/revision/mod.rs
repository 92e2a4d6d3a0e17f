//! `/v3/revisions` and `/v3/apps/{guid}/revisions`

mod environment_variables;
mod get;
mod list;
mod present;
mod update;

use crate::operation::Gives::{ListOf, One};
use crate::operation::{Operation, on};

#[rustfmt::skip] // A line an operation.
pub const OPERATIONS: &[Operation] = &[
    Operation::get("/v3/revisions/{guid}", "revision_get", One("revision"), on!(get::handle)),
    Operation::patch("/v3/revisions/{guid}", "revision_update", One("revision"), on!(update::handle)),
    Operation::get("/v3/revisions/{guid}/environment_variables", "revision_environment_variables_get", One("revision_environment_variables"), on!(environment_variables::handle)),
    Operation::get("/v3/apps/{guid}/revisions", "app_revisions_list", ListOf("revision"), on!(list::of_app)),
    Operation::get("/v3/apps/{guid}/revisions/deployed", "app_deployed_revisions_list", ListOf("revision"), on!(list::deployed)),
];
