//! `space_usage_summary_get`

use crate::quota;
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, space};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let used = space::usage(ctx.call()?, &request.guid()).await?;
    let path = format!("/v3/spaces/{}", request.param("guid"));
    Answer::ok(&quota::usage_summary(&ctx.links, &used, Some("space"), &path))
}
