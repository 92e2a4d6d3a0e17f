//! `revision_get`

use super::present;
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, revision};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let found = revision::get(ctx.call()?, &request.guid()).await?;
    Answer::ok(&present::revision(&ctx.links, &found))
}
