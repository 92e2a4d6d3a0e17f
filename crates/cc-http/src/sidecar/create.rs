//! `sidecar_create`

use super::{body, present};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, sidecar};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let command = body::create(request.json()?);
    let made = sidecar::create(ctx.call()?, &request.guid(), command).await?;
    Answer::created(&present::sidecar(&made))
}
