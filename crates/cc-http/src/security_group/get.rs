//! `security_group_get`

use super::present;
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, security_group};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let found = security_group::get(ctx.call()?, &request.guid()).await?;
    Answer::ok(&present::security_group(&ctx.links, &found))
}
