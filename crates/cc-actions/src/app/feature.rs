//! `app_features_list`, `app_feature_get`, `app_feature_update`, `app_ssh_enabled_get`, `app_permissions_get`

use super::RESOURCE;
use crate::access;
use crate::fault::{Fault, catalogue};
use crate::ports::{Call, transaction};
use cc_domain::access::decide;
use cc_domain::app::{App, AppFeature, SshRefusal, policy};
use cc_domain::guid::Guid;
use cc_domain::list::Scope;

/// The feature of that name.
pub fn feature_named(name: &str) -> Result<AppFeature, Fault> {
    name.parse().map_err(|()| Fault::new(catalogue::RESOURCE_NOT_FOUND, "Feature not found"))
}

/// Switches a feature. `ssh` and `revisions` are for whoever manages the app, the others for developers. What is wrong with the body is said
/// to those only who may do it.
pub async fn update_feature(
    call: Call<'_>,
    guid: &Guid<App>,
    feature: AppFeature,
    is_on: Result<bool, Fault>,
) -> Result<App, Fault> {
    transaction!(call.ports, |tx| {
        let rule = if feature == AppFeature::Revisions { &policy::MANAGE } else { &policy::UPDATE };
        access::on_app(tx, call.actor, guid, rule, RESOURCE).await?;
        let mut app = tx.lock_app(guid).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
        app.features = feature.set(app.features, is_on?)?;
        app.updated_at = call.ports.now();
        tx.update_app(&app).await?;
        Ok(app)
    })
}

/// Why nobody may ssh into the app; `None` if it may be done.
pub async fn ssh_refusal(call: Call<'_>, guid: &Guid<App>) -> Result<Option<SshRefusal>, Fault> {
    let mut reader = call.ports.store.reader().await?;
    let app = reader.find_app(guid, &call.actor.scope()).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
    let space =
        reader.find_space(&app.space, &Scope::Everything).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
    Ok(app.ssh_refusal(call.ports.runtime.capabilities().ssh, &space))
}

/// Whether the caller, who sees the app, sees what is confidential of it.
pub async fn sees_secrets(call: Call<'_>, guid: &Guid<App>) -> Result<bool, Fault> {
    let mut reader = call.ports.store.reader().await?;
    let standing = access::on_app(reader.as_mut(), call.actor, guid, &policy::GET, RESOURCE).await?;
    Ok(decide(&policy::READ_SECRETS, call.actor, &standing).is_ok())
}
