//! `/v3/buildpacks`

mod body;
mod create;
mod delete;
mod get;
mod list;
mod present;
mod update;
mod upload;

use crate::operation::{Operation, Takes};

pub const OPERATIONS: &[Operation] = &[
    Operation::post("/v3/buildpacks", "buildpack_create", "buildpack", |c, r| Box::pin(create::handle(c, r))),
    Operation::get("/v3/buildpacks", "buildpacks_list", "list of buildpack", |c, r| {
        Box::pin(list::handle(c, r))
    }),
    Operation::get("/v3/buildpacks/{guid}", "buildpack_get", "buildpack", |c, r| Box::pin(get::handle(c, r))),
    Operation::patch("/v3/buildpacks/{guid}", "buildpack_update", "buildpack", |c, r| {
        Box::pin(update::handle(c, r))
    }),
    Operation::delete("/v3/buildpacks/{guid}", "buildpack_delete", "empty", |c, r| {
        Box::pin(delete::handle(c, r))
    }),
    Operation::post("/v3/buildpacks/{guid}/upload", "buildpack_upload", "buildpack", |c, r| {
        Box::pin(upload::handle(c, r))
    })
    .takes(Takes::Upload),
];
