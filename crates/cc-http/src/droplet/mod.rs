//! `/v3/droplets`

mod create;
mod delete;
mod download;
mod get;
mod list;
mod present;
mod update;
mod upload;

use crate::operation::{Operation, Takes};

pub const OPERATIONS: &[Operation] = &[
    Operation::post("/v3/droplets", "droplet_create", "droplet", |c, r| Box::pin(create::handle(c, r))),
    Operation::post("/v3/droplets/{guid}/upload", "droplet_upload", "droplet", |c, r| {
        Box::pin(upload::handle(c, r))
    })
    .takes(Takes::Upload),
    Operation::get("/v3/droplets", "droplets_list", "list of droplet", |c, r| Box::pin(list::all(c, r))),
    Operation::get("/v3/droplets/{guid}", "droplet_get", "droplet", |c, r| Box::pin(get::handle(c, r))),
    Operation::patch("/v3/droplets/{guid}", "droplet_update", "droplet", |c, r| {
        Box::pin(update::handle(c, r))
    }),
    Operation::delete("/v3/droplets/{guid}", "droplet_delete", "empty", |c, r| {
        Box::pin(delete::handle(c, r))
    }),
    Operation::get("/v3/droplets/{guid}/download", "droplet_download", "binary", |c, r| {
        Box::pin(download::handle(c, r))
    }),
    Operation::get("/v3/apps/{guid}/droplets", "app_droplets_list", "list of droplet", |c, r| {
        Box::pin(list::of_app(c, r))
    }),
    Operation::get("/v3/apps/{guid}/droplets/current", "app_current_droplet_get", "droplet", |c, r| {
        Box::pin(get::current(c, r))
    }),
    Operation::get("/v3/packages/{guid}/droplets", "package_droplets_list", "list of droplet", |c, r| {
        Box::pin(list::of_package(c, r))
    }),
];
