//! `buildpack_get`

use super::present;
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, buildpack};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let found = buildpack::get(ctx.call()?, &request.guid()).await?;
    Answer::ok(&present::buildpack(&ctx.links, &found))
}
