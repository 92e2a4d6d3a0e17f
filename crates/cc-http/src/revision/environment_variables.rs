//! `revision_environment_variables_get`

use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, revision};
use serde_json::{Map, Value, json};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let (found, variables) = revision::environment_variables(ctx.call()?, &request.guid()).await?;
    let var: Map<String, Value> =
        variables.shown().map(|(key, value)| (key.to_owned(), value.clone())).collect();
    let own = format!("/v3/revisions/{}", found.guid);
    Answer::ok(&json!({
        "var": var,
        "links": {
            "self": ctx.links.link(&format!("{own}/environment_variables")),
            "revision": ctx.links.link(&own),
            "app": ctx.links.link(&format!("/v3/apps/{}", found.app)),
        },
    }))
}
