//! `stack_get`

use super::present;
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, stack};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let found = stack::get(ctx.call()?, &request.guid()).await?;
    Answer::ok(&present::stack(&ctx.links, &found, &ctx.ports.settings.default_stack))
}
