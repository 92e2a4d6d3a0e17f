//! `sidecar_delete`

use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, sidecar};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    sidecar::delete(ctx.call()?, &request.guid()).await?;
    Ok(Answer::no_content())
}
