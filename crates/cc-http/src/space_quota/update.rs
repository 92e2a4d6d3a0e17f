//! `space_quota_update`

use super::present;
use crate::quota;
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, space_quota};

/// The body is that of a change of an organization's quota.
pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let change = quota::change(request.json()?);
    let updated = space_quota::update(ctx.call()?, &request.guid(), change, request.sent()).await?;
    Answer::ok(&present::space_quota(&ctx.links, &updated))
}
