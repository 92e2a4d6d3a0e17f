//! `user_get`

use super::present;
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, user};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let found = user::get(ctx.call()?, &request.guid()).await?;
    Answer::ok(&present::user(&ctx.links, &found))
}
