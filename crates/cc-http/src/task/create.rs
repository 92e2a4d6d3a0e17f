//! `task_create`

use super::{body, present};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use axum::http::StatusCode;
use cc_actions::{Fault, task};

/// Answers 202 without a job, as the reference does.
pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let command = body::create(request.json()?);
    let made = task::create(ctx.call()?, &request.guid(), command).await?;
    Answer::json(StatusCode::ACCEPTED, &present::task(&ctx.links, &made, true))
}
