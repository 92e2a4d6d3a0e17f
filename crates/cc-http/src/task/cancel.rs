//! `task_cancel`, `task_cancel_put_short`

use super::present;
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use axum::http::StatusCode;
use cc_actions::{Fault, task};

/// Answers 202 without a job; a body does not count.
pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let canceled = task::cancel(ctx.call()?, &request.guid()).await?;
    Answer::json(StatusCode::ACCEPTED, &present::task(&ctx.links, &canceled, true))
}
