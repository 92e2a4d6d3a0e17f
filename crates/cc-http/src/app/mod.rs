//! `/v3/apps`

mod actions;
pub(crate) mod body;
mod create;
mod current_droplet;
mod delete;
mod env;
mod environment_variables;
mod features;
mod get;
pub(crate) mod list;
pub(crate) mod present;
mod update;

use crate::operation::Operation;
use cc_actions::app::Action;

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
    Operation::post("/v3/apps/{guid}/actions/start", "app_start", "app", |c, r| {
        Box::pin(actions::handle(c, r, Action::Start))
    }),
    Operation::post("/v3/apps/{guid}/actions/stop", "app_stop", "app", |c, r| {
        Box::pin(actions::handle(c, r, Action::Stop))
    }),
    Operation::post("/v3/apps/{guid}/actions/restart", "app_restart", "app", |c, r| {
        Box::pin(actions::handle(c, r, Action::Restart))
    }),
    Operation::patch(
        "/v3/apps/{guid}/relationships/current_droplet",
        "app_current_droplet_set",
        "app_current_droplet_relationship",
        |c, r| Box::pin(current_droplet::set(c, r)),
    ),
    Operation::get(
        "/v3/apps/{guid}/relationships/current_droplet",
        "app_current_droplet_relationship_get",
        "app_current_droplet_relationship",
        |c, r| Box::pin(current_droplet::get(c, r)),
    ),
    Operation::get("/v3/apps/{guid}/env", "app_env_get", "app_env", |c, r| Box::pin(env::get(c, r))),
    Operation::get("/v3/apps/{guid}/features", "app_features_list", "list of app_feature", |c, r| {
        Box::pin(features::list(c, r))
    }),
    Operation::get("/v3/apps/{guid}/features/{name}", "app_feature_get", "app_feature", |c, r| {
        Box::pin(features::get(c, r))
    }),
    Operation::patch("/v3/apps/{guid}/features/{name}", "app_feature_update", "app_feature", |c, r| {
        Box::pin(features::update(c, r))
    }),
    Operation::get("/v3/apps/{guid}/ssh_enabled", "app_ssh_enabled_get", "app_ssh_enabled", |c, r| {
        Box::pin(features::ssh_enabled(c, r))
    }),
    Operation::get("/v3/apps/{guid}/permissions", "app_permissions_get", "app_permissions", |c, r| {
        Box::pin(features::permissions(c, r))
    }),
];
