//! `/v3/revisions` and `/v3/apps/{guid}/revisions`

mod environment_variables;
mod get;
mod list;
mod present;
mod update;

use crate::operation::Operation;

pub const OPERATIONS: &[Operation] = &[
    Operation::get("/v3/revisions/{guid}", "revision_get", "revision", |c, r| Box::pin(get::handle(c, r))),
    Operation::patch("/v3/revisions/{guid}", "revision_update", "revision", |c, r| {
        Box::pin(update::handle(c, r))
    }),
    Operation::get(
        "/v3/revisions/{guid}/environment_variables",
        "revision_environment_variables_get",
        "revision_environment_variables",
        |c, r| Box::pin(environment_variables::handle(c, r)),
    ),
    Operation::get("/v3/apps/{guid}/revisions", "app_revisions_list", "list of revision", |c, r| {
        Box::pin(list::of_app(c, r))
    }),
    Operation::get(
        "/v3/apps/{guid}/revisions/deployed",
        "app_deployed_revisions_list",
        "list of revision",
        |c, r| Box::pin(list::deployed(c, r)),
    ),
];
