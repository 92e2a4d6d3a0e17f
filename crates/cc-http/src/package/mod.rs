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

use crate::operation::{Operation, Takes};

use resources::resources;

pub const OPERATIONS: &[Operation] = &[
    Operation::post("/v3/packages", "package_create", "package", |c, r| Box::pin(create::handle(c, r))),
    Operation::get("/v3/packages", "packages_list", "list of package", |c, r| Box::pin(list::all(c, r))),
    Operation::get("/v3/packages/{guid}", "package_get", "package", |c, r| Box::pin(get::handle(c, r))),
    Operation::patch("/v3/packages/{guid}", "package_update", "package", |c, r| {
        Box::pin(update::handle(c, r))
    }),
    Operation::delete("/v3/packages/{guid}", "package_delete", "empty", |c, r| {
        Box::pin(delete::handle(c, r))
    }),
    Operation::get("/v3/packages/{guid}/download", "package_download", "binary", |c, r| {
        Box::pin(download::handle(c, r))
    }),
    Operation::post("/v3/packages/{guid}/upload", "package_upload", "package", |c, r| {
        Box::pin(upload::handle(c, r))
    })
    .takes(Takes::Upload),
    Operation::get("/v3/apps/{guid}/packages", "app_packages_list", "list of package", |c, r| {
        Box::pin(list::of_app(c, r))
    }),
];
