//! `security_group_delete`

use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, security_group};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let job = security_group::delete(ctx.call()?, &request.guid()).await?;
    Answer::accepted(&ctx.links.job(&job))
}
