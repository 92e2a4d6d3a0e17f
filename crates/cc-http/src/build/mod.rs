//! `/v3/builds`

mod create;
mod get;
mod list;
mod present;
mod update;

use crate::operation::Operation;

pub const OPERATIONS: &[Operation] = &[
    Operation::post("/v3/builds", "build_create", "build", |c, r| Box::pin(create::handle(c, r))),
    Operation::get("/v3/builds", "builds_list", "list of build", |c, r| Box::pin(list::all(c, r))),
    Operation::get("/v3/builds/{guid}", "build_get", "build", |c, r| Box::pin(get::handle(c, r))),
    Operation::patch("/v3/builds/{guid}", "build_update", "build", |c, r| Box::pin(update::handle(c, r))),
    Operation::get("/v3/apps/{guid}/builds", "app_builds_list", "list of build", |c, r| {
        Box::pin(list::of_app(c, r))
    }),
];
