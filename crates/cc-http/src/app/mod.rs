//! `/v3/apps`

mod body;
mod create;
mod delete;
mod environment_variables;
mod get;
mod list;
pub(crate) mod present;
mod update;

use crate::operation::Operation;

pub const OPERATIONS: &[Operation] = &[
    Operation::post("/v3/apps", "app_create", "app", |c, r| Box::pin(create::handle(c, r))),
    Operation::get("/v3/apps", "apps_list", "list of app", |c, r| Box::pin(list::handle(c, r))),
    Operation::get("/v3/apps/{guid}", "app_get", "app", |c, r| Box::pin(get::handle(c, r))),
    Operation::patch("/v3/apps/{guid}", "app_update", "app", |c, r| Box::pin(update::handle(c, r))),
    Operation::delete("/v3/apps/{guid}", "app_delete", "empty", |c, r| Box::pin(delete::handle(c, r))),
    Operation::get(
        "/v3/apps/{guid}/environment_variables",
        "app_environment_variables_get",
        "app_environment_variables",
        |c, r| Box::pin(environment_variables::get(c, r)),
    ),
    Operation::patch(
        "/v3/apps/{guid}/environment_variables",
        "app_environment_variables_update",
        "app_environment_variables",
        |c, r| Box::pin(environment_variables::update(c, r)),
    ),
];
