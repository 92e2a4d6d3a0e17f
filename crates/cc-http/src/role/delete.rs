//! `role_delete`

use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, role};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let job = role::delete(ctx.call()?, &request.guid()).await?;
    Answer::accepted(&ctx.links.job(&job))
}
