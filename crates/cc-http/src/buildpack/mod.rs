//! `/v3/buildpacks`

mod body;
mod create;
mod delete;
mod get;
mod list;
mod present;
mod update;
mod upload;

use crate::operation::Gives::{Empty, ListOf, One};
use crate::operation::{Operation, Takes, on};

#[rustfmt::skip] // A line an operation.
pub const OPERATIONS: &[Operation] = &[
    Operation::post("/v3/buildpacks", "buildpack_create", One("buildpack"), on!(create::handle)),
    Operation::get("/v3/buildpacks", "buildpacks_list", ListOf("buildpack"), on!(list::handle)),
    Operation::get("/v3/buildpacks/{guid}", "buildpack_get", One("buildpack"), on!(get::handle)),
    Operation::patch("/v3/buildpacks/{guid}", "buildpack_update", One("buildpack"), on!(update::handle)),
    Operation::delete("/v3/buildpacks/{guid}", "buildpack_delete", Empty, on!(delete::handle)),
    Operation::post("/v3/buildpacks/{guid}/upload", "buildpack_upload", One("buildpack"), on!(upload::handle)).takes(Takes::Upload),
];
