//! `isolation_segment_create`

use super::present;
use crate::server::Ctx;
use crate::wire::rules::Null;
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, isolation_segment};
use cc_domain::isolation_segment::CreateIsolationSegment;
use serde_json::{Map, Value};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    isolation_segment::may_manage(ctx.actor()?)?;
    let command = decode(request.json()?)?;
    let created = isolation_segment::create(ctx.call()?, command).await?;
    Answer::created(&present::isolation_segment(&ctx.links, &created))
}

fn decode(body: Map<String, Value>) -> Result<CreateIsolationSegment, Fault> {
    let mut fields = Fields::new(body);
    fields.must_be_string("name", Null::Skipped);
    fields.must_be_present("name");
    let name = fields.text_of("name").unwrap_or_default().to_owned();
    let metadata = fields.metadata();
    fields.finish()?;
    Ok(CreateIsolationSegment { name, metadata })
}
