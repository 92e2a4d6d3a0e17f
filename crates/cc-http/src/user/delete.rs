//! `user_delete`

use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, user};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let job = user::delete(ctx.call()?, &request.guid()).await?;
    Answer::accepted(&ctx.links.job(&job))
}
