//! `/v3/apps`

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
mod transition;
mod update;
pub(crate) mod variables;

use crate::operation::Gives::{Empty, ListOf, One};
use crate::operation::{Operation, on};
use cc_actions::app::Action;

#[rustfmt::skip] // A line an operation.
pub const OPERATIONS: &[Operation] = &[
    Operation::post("/v3/apps", "app_create", One("app"), on!(create::handle)),
    Operation::get("/v3/apps", "apps_list", ListOf("app"), on!(list::handle)),
    Operation::get("/v3/apps/{guid}", "app_get", One("app"), on!(get::handle)),
    Operation::patch("/v3/apps/{guid}", "app_update", One("app"), on!(update::handle)),
    Operation::delete("/v3/apps/{guid}", "app_delete", Empty, on!(delete::handle)),
    Operation::get("/v3/apps/{guid}/environment_variables", "app_environment_variables_get", One("app_environment_variables"), on!(environment_variables::get)),
    Operation::patch("/v3/apps/{guid}/environment_variables", "app_environment_variables_update", One("app_environment_variables"), on!(environment_variables::update)),
    Operation::post("/v3/apps/{guid}/actions/start", "app_start", One("app"), on!(transition::handle, Action::Start)),
    Operation::post("/v3/apps/{guid}/actions/stop", "app_stop", One("app"), on!(transition::handle, Action::Stop)),
    Operation::post("/v3/apps/{guid}/actions/restart", "app_restart", One("app"), on!(transition::handle, Action::Restart)),
    Operation::patch("/v3/apps/{guid}/relationships/current_droplet", "app_current_droplet_set", One("app_current_droplet_relationship"), on!(current_droplet::set)),
    Operation::get("/v3/apps/{guid}/relationships/current_droplet", "app_current_droplet_relationship_get", One("app_current_droplet_relationship"), on!(current_droplet::get)),
    Operation::get("/v3/apps/{guid}/env", "app_env_get", One("app_env"), on!(env::get)),
    Operation::get("/v3/apps/{guid}/features", "app_features_list", ListOf("app_feature"), on!(features::list)),
    Operation::get("/v3/apps/{guid}/features/{name}", "app_feature_get", One("app_feature"), on!(features::get)),
    Operation::patch("/v3/apps/{guid}/features/{name}", "app_feature_update", One("app_feature"), on!(features::update)),
    Operation::get("/v3/apps/{guid}/ssh_enabled", "app_ssh_enabled_get", One("app_ssh_enabled"), on!(features::ssh_enabled)),
    Operation::get("/v3/apps/{guid}/permissions", "app_permissions_get", One("app_permissions"), on!(features::permissions)),
];
