//! `organization_quota_get`

use super::present;
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, organization_quota};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let found = organization_quota::get(ctx.call()?, &request.guid()).await?;
    Answer::ok(&present::organization_quota(&ctx.links, &found))
}
