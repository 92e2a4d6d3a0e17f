//! `deployment_update`

use super::present;
use crate::server::Ctx;
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, deployment};
use cc_domain::metadata::MetadataPatch;
use serde_json::{Map, Value};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let change = decode(request.json()?);
    let updated = deployment::update(ctx.call()?, &request.guid(), change).await?;
    Answer::ok(&present::deployment(&ctx.links, &updated))
}

fn decode(body: Map<String, Value>) -> Result<MetadataPatch, Fault> {
    let mut fields = Fields::new(body);
    let metadata = fields.metadata();
    fields.finish()?;
    Ok(metadata)
}
