//! `app_features_list`, `app_feature_get`, `app_feature_update`, `app_ssh_enabled_get`, `app_permissions_get`

use crate::server::Ctx;
use crate::wire::rules::Null;
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, app};
use cc_domain::app::{AppFeature, AppFeatures};
use serde_json::{Value, json};

fn present(feature: AppFeature, features: &AppFeatures) -> Value {
    let description = match feature {
        AppFeature::Ssh => "Enable SSHing into the app.",
        AppFeature::Revisions => "Enable versioning of an application",
        AppFeature::ServiceBindingK8s => "Enable k8s service bindings for the app",
        AppFeature::FileBasedVcapServices => "Enable file-based VCAP service bindings for the app",
    };
    json!({ "name": feature.as_str(), "description": description, "enabled": feature.of(features) })
}

/// One page, whatever the query says; its links are paths, as in the reference.
pub async fn list(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let guid = request.guid();
    let (found, _) = app::get(ctx.call()?, &guid, app::Wanted::default()).await?;
    let resources: Vec<_> = AppFeature::ALL.iter().map(|f| present(*f, &found.features)).collect();
    let here = json!({ "href": format!("/v3/apps/{guid}/features") });
    Answer::ok(&json!({
        "pagination": {
            "total_results": resources.len(),
            "total_pages": 1,
            "first": here,
            "last": here,
            "next": null,
            "previous": null,
        },
        "resources": resources,
    }))
}

pub async fn get(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let (found, _) = app::get(ctx.call()?, &request.guid(), app::Wanted::default()).await?;
    Answer::ok(&present(app::feature_named(request.param("name"))?, &found.features))
}

pub async fn update(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let guid = request.guid();
    app::get(ctx.call()?, &guid, app::Wanted::default()).await?;
    let feature = app::feature_named(request.param("name"))?;
    let mut fields = Fields::new(request.json()?);
    fields.must_be_boolean("enabled", Null::Checked);
    let enabled = fields.value("enabled").as_bool().unwrap_or_default();
    let is_on = fields.finish().map(|()| enabled);
    let updated = app::update_feature(ctx.call()?, &guid, feature, is_on).await?;
    Answer::ok(&present(feature, &updated.features))
}

pub async fn ssh_enabled(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let refusal = app::ssh_refusal(ctx.call()?, &request.guid()).await?;
    let reason = refusal.as_ref().map(ToString::to_string).unwrap_or_default();
    Answer::ok(&json!({ "enabled": refusal.is_none(), "reason": reason }))
}

pub async fn permissions(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let sees_secrets = app::sees_secrets(ctx.call()?, &request.guid()).await?;
    Answer::ok(&json!({ "read_basic_data": true, "read_sensitive_data": sees_secrets }))
}
