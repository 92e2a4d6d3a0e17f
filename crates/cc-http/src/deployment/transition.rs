//! `deployment_cancel`, `deployment_continue`

use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, deployment};

pub async fn cancel(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    deployment::cancel(ctx.call()?, &request.guid()).await?;
    Ok(Answer::done())
}

pub async fn resume(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    deployment::resume(ctx.call()?, &request.guid()).await?;
    Ok(Answer::done())
}
