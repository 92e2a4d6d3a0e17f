//! `app_env_get`: all that an app's environment is made of.

use super::{RESOURCE, party, place};
use crate::access;
use crate::fault::Fault;
use crate::ports::{Call, transaction};
use cc_domain::access::decide;
use cc_domain::app::{App, AppContext, AppEnvironment, EnvironmentVariables, policy};
use cc_domain::environment_variable_group::EnvironmentVariableGroupName;
use cc_domain::feature_flag::FeatureFlag;
use cc_domain::guid::Guid;
use cc_domain::list::Scope;
use cc_domain::process::spec::EngineSettings;
use serde_json::json;

/// The environment, and whether the caller may see `system`, which may hold credentials. That it was read is recorded.
pub async fn env(call: Call<'_>, guid: &Guid<App>) -> Result<(AppEnvironment, bool), Fault> {
    transaction!(call.ports, |tx| {
        let flags = tx.feature_flags().await?;
        flags.check(FeatureFlag::EnvVarVisibility, call.actor)?;
        let standing = access::on_app(tx, call.actor, guid, &policy::READ_ENVIRONMENT, RESOURCE).await?;
        flags.check(FeatureFlag::SpaceDeveloperEnvVarVisibility, call.actor)?;
        let missing = || Fault::not_found(RESOURCE);
        let app = tx.find_app(guid, &Scope::Everything).await?.ok_or_else(missing)?;
        let space = tx.find_space(&app.space, &Scope::Everything).await?.ok_or_else(missing)?;
        let organization =
            tx.find_organization(&space.organization, &Scope::Everything).await?.ok_or_else(missing)?;
        let routes = tx.routes_of_app(guid).await?;
        let variables = tx.app_environment(guid).await?.unwrap_or_default();
        let staging = tx.environment_variable_group(EnvironmentVariableGroupName::Staging).await?;
        let running = tx.environment_variable_group(EnvironmentVariableGroupName::Running).await?;
        let none = EnvironmentVariables::default();
        let context = AppContext {
            app: &app,
            space: &space,
            organization: &organization,
            routes: &routes,
            sidecars: &[],
            variables: &variables,
            group: &none,
            api_url: &call.ports.settings.external_url,
            fds: EngineSettings::default().fds,
        };
        let environment = context.described(&staging.variables, &running.variables);
        let place = place(tx, &app).await?;
        call.record(tx, "audit.app.environment.show", party(&app), place, json!({})).await?;
        let sees_secrets = decide(&policy::READ_SECRETS, call.actor, &standing).is_ok();
        Ok((environment, sees_secrets))
    })
}
