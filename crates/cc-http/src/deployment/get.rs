//! `deployment_get`

use super::present;
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, deployment};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let found = deployment::get(ctx.call()?, &request.guid()).await?;
    Answer::ok(&present::deployment(&ctx.links, &found))
}
