//! `app_environment_variables_get`, `app_environment_variables_update`

use super::{RESOURCE, party, place};
use crate::access;
use crate::fault::Fault;
use crate::ports::{Call, transaction};
use cc_domain::app::{App, EnvironmentVariables, VariablesPatch, policy};
use cc_domain::audit_event::HIDDEN;
use cc_domain::feature_flag::FeatureFlag;
use cc_domain::guid::Guid;
use cc_domain::list::Scope;
use cc_domain::store::DynTx;
use serde_json::json;

/// The variables an app has been given; confidential.
pub type Environment = EnvironmentVariables;

/// The variables, for whoever may read them; that they were read is recorded.
pub async fn environment_variables(call: Call<'_>, guid: &Guid<App>) -> Result<Environment, Fault> {
    transaction!(call.ports, |tx| {
        let flags = tx.feature_flags().await?;
        flags.check(FeatureFlag::EnvVarVisibility, call.actor)?;
        access::on_app(tx, call.actor, guid, &policy::READ_ENVIRONMENT, RESOURCE).await?;
        flags.check(FeatureFlag::SpaceDeveloperEnvVarVisibility, call.actor)?;
        let app = tx.find_app(guid, &Scope::Everything).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
        let variables = tx.app_environment(guid).await?.unwrap_or_default();
        let place = place(tx, &app).await?;
        call.record(tx, "audit.app.environment_variables.show", party(&app), place, json!({})).await?;
        Ok(variables)
    })
}

/// Sets and removes variables; they take effect with the next start. What is wrong with the body is said to those only who may do it.
pub async fn patch_environment_variables(
    call: Call<'_>,
    guid: &Guid<App>,
    patch: Result<VariablesPatch, Fault>,
) -> Result<Environment, Fault> {
    let variables = transaction!(call.ports, |tx| patch_within(tx, call, guid, patch).await)?;
    call.ports.log_api(guid, &format!("Updated app with guid {guid}"));
    Ok(variables)
}

/// The same within a transaction of the caller's, for manifests.
pub(crate) async fn patch_within(
    tx: &mut DynTx,
    call: Call<'_>,
    guid: &Guid<App>,
    patch: Result<VariablesPatch, Fault>,
) -> Result<Environment, Fault> {
    access::on_app(tx, call.actor, guid, &policy::MANAGE, RESOURCE).await?;
    let mut app = tx.lock_app(guid).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
    let variables = tx.app_environment(guid).await?.unwrap_or_default().patched(&patch?);
    variables.check_size()?;
    tx.update_app_environment(guid, &variables).await?;
    app.updated_at = call.ports.now();
    tx.update_app(&app).await?;
    let place = place(tx, &app).await?;
    let data = json!({ "request": { "environment_variables": HIDDEN } });
    call.record(tx, "audit.app.update", party(&app), place, data).await?;
    Ok(variables)
}
