//! `stack_delete`

use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, stack};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    stack::delete(ctx.call()?, &request.guid()).await?;
    Ok(Answer::no_content())
}
