//! `isolation_segment_update`

use super::present;
use crate::server::Ctx;
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, isolation_segment};
use cc_domain::isolation_segment::UpdateIsolationSegment;
use serde_json::{Map, Value};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let change = decode(request.json()?);
    let updated = isolation_segment::update(ctx.call()?, &request.guid(), change).await?;
    Answer::ok(&present::isolation_segment(&ctx.links, &updated))
}

fn decode(body: Map<String, Value>) -> Result<UpdateIsolationSegment, Fault> {
    let mut fields = Fields::new(body);
    let name = fields.text("name");
    let metadata = fields.metadata();
    fields.finish()?;
    Ok(UpdateIsolationSegment { name, metadata })
}
