//! `revision_update`

use super::present;
use crate::server::Ctx;
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, revision};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let mut fields = Fields::new(request.json()?);
    let change = fields.metadata();
    fields.finish()?;
    let updated = revision::update(ctx.call()?, &request.guid(), change).await?;
    Answer::ok(&present::revision(&ctx.links, &updated))
}
