//! `build_get`

use super::present;
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, build};

/// A build in STAGING may be held until it ends, or until the configured time passed, like a job.
pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let found = build::get(ctx.call()?, &request.guid(), &ctx.hold).await?;
    Answer::ok(&present::build(&ctx.links, &found))
}
