//! `/v3/builds`

mod create;
mod get;
mod list;
mod present;
mod update;

use crate::operation::Gives::{ListOf, One};
use crate::operation::{Operation, on};

pub const OPERATIONS: &[Operation] = &[
    Operation::post("/v3/builds", "build_create", One("build"), on!(create::handle)),
    Operation::get("/v3/builds", "builds_list", ListOf("build"), on!(list::all)),
    Operation::get("/v3/builds/{guid}", "build_get", One("build"), on!(get::handle)),
    Operation::patch("/v3/builds/{guid}", "build_update", One("build"), on!(update::handle)),
    Operation::get("/v3/apps/{guid}/builds", "app_builds_list", ListOf("build"), on!(list::of_app)),
];
