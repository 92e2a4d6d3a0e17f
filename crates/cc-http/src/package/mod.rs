//! `/v3/packages`

mod create;
mod delete;
mod download;
mod get;
mod list;
mod present;
mod resources;
mod update;
mod upload;

use crate::operation::Gives::{Binary, Empty, ListOf, One};
use crate::operation::{Operation, Takes, on};

use resources::resources;

#[rustfmt::skip] // A line an operation.
pub const OPERATIONS: &[Operation] = &[
    Operation::post("/v3/packages", "package_create", One("package"), on!(create::handle)),
    Operation::get("/v3/packages", "packages_list", ListOf("package"), on!(list::all)),
    Operation::get("/v3/packages/{guid}", "package_get", One("package"), on!(get::handle)),
    Operation::patch("/v3/packages/{guid}", "package_update", One("package"), on!(update::handle)),
    Operation::delete("/v3/packages/{guid}", "package_delete", Empty, on!(delete::handle)),
    Operation::get("/v3/packages/{guid}/download", "package_download", Binary, on!(download::handle)),
    Operation::post("/v3/packages/{guid}/upload", "package_upload", One("package"), on!(upload::handle)).takes(Takes::Upload),
    Operation::get("/v3/apps/{guid}/packages", "app_packages_list", ListOf("package"), on!(list::of_app)),
];
