//! `organization_usage_summary_get`

use crate::quota;
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, organization};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let used = organization::usage(ctx.call()?, &request.guid()).await?;
    let path = format!("/v3/organizations/{}", request.param("guid"));
    Answer::ok(&quota::usage_summary(&ctx.links, &used, Some("organization"), &path))
}
