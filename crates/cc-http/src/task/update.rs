//! `task_update`

use super::{body, present};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, task};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let change = body::update(request.json()?)?;
    let updated = task::update(ctx.call()?, &request.guid(), &change).await?;
    Answer::ok(&present::task(&ctx.links, &updated, true))
}
