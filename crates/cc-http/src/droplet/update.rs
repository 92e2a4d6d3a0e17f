//! `droplet_update`

use super::present::{self, Secrets};
use crate::server::Ctx;
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, droplet};
use cc_domain::droplet::UpdateDroplet;
use serde_json::{Map, Value};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let (call, guid) = (ctx.call()?, request.guid());
    let body = request.json()?;
    let sees_secrets = droplet::admit_update(call, &guid, body.contains_key("image")).await?;
    let change = decode(body)?;
    let updated = droplet::update(&ctx.ports, &guid, change).await?;
    Answer::ok(&present::droplet(&ctx.links, &updated, Secrets::for_reader(sees_secrets)))
}

fn decode(body: Map<String, Value>) -> Result<UpdateDroplet, Fault> {
    let mut fields = Fields::open(body);
    let change = UpdateDroplet { image: fields.text("image"), metadata: fields.metadata() };
    fields.refuse_unknown();
    fields.finish()?;
    Ok(change)
}
