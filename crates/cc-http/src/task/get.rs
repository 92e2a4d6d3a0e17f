//! `task_get`

use super::present;
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, task};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let (found, sees_secrets) = task::get(ctx.call()?, &request.guid()).await?;
    Answer::ok(&present::task(&ctx.links, &found, sees_secrets))
}
