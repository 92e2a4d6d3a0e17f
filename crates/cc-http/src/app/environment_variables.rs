//! `app_environment_variables_get`, `app_environment_variables_update`

use super::variables;
use crate::server::Ctx;
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, app};
use cc_domain::app::App;
use cc_domain::guid::Guid;
use serde_json::{Map, Value, json};

pub async fn get(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let guid = request.guid();
    let variables = app::environment_variables(ctx.call()?, &guid).await?;
    present(&ctx, &guid, &variables)
}

pub async fn update(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let mut fields = Fields::new(request.json()?);
    let patch = variables::of_change(&mut fields);
    let patch = fields.finish().map(|()| patch);
    let guid = request.guid();
    let variables = app::patch_environment_variables(ctx.call()?, &guid, patch).await?;
    present(&ctx, &guid, &variables)
}

fn present(ctx: &Ctx, guid: &Guid<App>, variables: &app::Environment) -> Result<Answer, Fault> {
    let var: Map<String, Value> =
        variables.shown().map(|(key, value)| (key.to_owned(), value.clone())).collect();
    let own = format!("/v3/apps/{guid}");
    Answer::ok(&json!({
        "var": var,
        "links": {
            "self": { "href": ctx.links.url(&format!("{own}/environment_variables")) },
            "app": { "href": ctx.links.url(&own) },
        },
    }))
}
