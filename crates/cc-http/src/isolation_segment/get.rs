//! `isolation_segment_get`

use super::present;
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, isolation_segment};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let found = isolation_segment::get(ctx.call()?, &request.guid()).await?;
    Answer::ok(&present::isolation_segment(&ctx.links, &found))
}
