//! `space_update`

use super::present;
use crate::service::Ctx;
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, space};
use cc_domain::space::UpdateSpace;
use serde_json::{Map, Value};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let body = request.json()?;
    let change = decode(body.clone())?;
    let updated =
        space::update(&ctx.ports, ctx.actor()?, &request.guid(), change, Value::Object(body)).await?;
    Answer::ok(&present::space(&ctx.links, &updated))
}

fn decode(body: Map<String, Value>) -> Result<UpdateSpace, Fault> {
    let mut fields = Fields::new(body, &["name", "suspended", "metadata"]);
    let change = UpdateSpace {
        name: fields.optional_name(),
        suspended: fields.boolean("suspended", "Suspended"),
        metadata: fields.metadata(),
    };
    fields.finish()?;
    Ok(change)
}
