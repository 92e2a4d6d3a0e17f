//! `organization_update`

use super::present;
use crate::service::Ctx;
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, organization};
use cc_domain::organization::UpdateOrganization;
use serde_json::{Map, Value};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let body = request.json()?;
    let change = decode(body.clone())?;
    let updated =
        organization::update(&ctx.ports, ctx.actor()?, &request.guid(), change, Value::Object(body)).await?;
    Answer::ok(&present::organization(&ctx.links, &updated))
}

fn decode(body: Map<String, Value>) -> Result<UpdateOrganization, Fault> {
    let mut fields = Fields::new(body, &["name", "suspended", "metadata"]);
    let change = UpdateOrganization {
        name: fields.optional_name(),
        suspended: fields.boolean("suspended", "Suspended"),
        metadata: fields.metadata(),
    };
    fields.finish()?;
    Ok(change)
}
