//! `app_env_get`

use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, app};
use cc_domain::app::EnvironmentVariables;
use serde_json::{Map, Value, json};

/// What stands for credentials where the caller may not see them.
const REDACTED: &str = "[PRIVATE DATA HIDDEN]";

pub async fn get(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let (env, sees_secrets) = app::env(ctx.call()?, &request.guid()).await?;
    let system =
        if sees_secrets { Value::Object(env.system) } else { json!({ "redacted_message": REDACTED }) };
    Answer::ok(&json!({
        "environment_variables": (!env.variables.is_empty()).then(|| map(&env.variables)),
        "staging_env_json": map(&env.staging),
        "running_env_json": map(&env.running),
        "system_env_json": system,
        "application_env_json": env.application,
    }))
}

fn map(variables: &EnvironmentVariables) -> Map<String, Value> {
    variables.shown().map(|(key, value)| (key.to_owned(), value.clone())).collect()
}
