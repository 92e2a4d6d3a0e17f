//! `environment_variable_group_update`

use super::present;
use crate::app::variables;
use crate::server::Ctx;
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, environment_variable_group};
use cc_domain::app::VariablesPatch;
use serde_json::{Map, Value};

/// The body is looked at before the caller.
pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let patch = decode(request.json()?)?;
    let name = request.param("name");
    let updated = environment_variable_group::update(ctx.call()?, name, &patch).await?;
    Answer::ok(&present::group(&ctx.links, name, &updated))
}

/// A body without anything changes nothing.
fn decode(body: Map<String, Value>) -> Result<VariablesPatch, Fault> {
    if body.is_empty() {
        return Ok(VariablesPatch::default());
    }
    let mut fields = Fields::new(body);
    let patch = variables::of_change(&mut fields);
    fields.finish().map(|()| patch)
}
