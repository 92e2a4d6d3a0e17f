//! `/v3/droplets`

mod create;
mod delete;
mod download;
mod get;
mod list;
mod present;
mod update;
mod upload;

use crate::operation::Gives::{Binary, Empty, ListOf, One};
use crate::operation::{Operation, Takes, on};

#[rustfmt::skip] // A line an operation.
pub const OPERATIONS: &[Operation] = &[
    Operation::post("/v3/droplets", "droplet_create", One("droplet"), on!(create::handle)),
    Operation::post("/v3/droplets/{guid}/upload", "droplet_upload", One("droplet"), on!(upload::handle)).takes(Takes::Upload),
    Operation::get("/v3/droplets", "droplets_list", ListOf("droplet"), on!(list::all)),
    Operation::get("/v3/droplets/{guid}", "droplet_get", One("droplet"), on!(get::handle)),
    Operation::patch("/v3/droplets/{guid}", "droplet_update", One("droplet"), on!(update::handle)),
    Operation::delete("/v3/droplets/{guid}", "droplet_delete", Empty, on!(delete::handle)),
    Operation::get("/v3/droplets/{guid}/download", "droplet_download", Binary, on!(download::handle)),
    Operation::get("/v3/apps/{guid}/droplets", "app_droplets_list", ListOf("droplet"), on!(list::of_app)),
    Operation::get("/v3/apps/{guid}/droplets/current", "app_current_droplet_get", One("droplet"), on!(get::current)),
    Operation::get("/v3/packages/{guid}/droplets", "package_droplets_list", ListOf("droplet"), on!(list::of_package)),
];
