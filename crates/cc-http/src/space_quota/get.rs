//! `space_quota_get`

use super::present;
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, space_quota};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let found = space_quota::get(ctx.call()?, &request.guid()).await?;
    Answer::ok(&present::space_quota(&ctx.links, &found))
}
