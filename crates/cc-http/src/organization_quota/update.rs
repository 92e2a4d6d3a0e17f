//! `organization_quota_update`

use super::present;
use crate::quota;
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, organization_quota};

/// The body is looked at before the quota.
pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    organization_quota::may_manage(ctx.actor()?)?;
    let change = quota::change(request.json()?)?;
    let updated = organization_quota::update(ctx.call()?, &request.guid(), &change, request.sent()).await?;
    Answer::ok(&present::organization_quota(&ctx.links, &updated))
}
