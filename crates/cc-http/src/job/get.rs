//! `job_get`

use super::present;
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, job};

/// A job that is not over may be held until it is, or until the configured time passed (architecture 5, held reads): clients that poll
/// every 3 s then learn at once.
pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    ctx.actor()?;
    let found = job::get(&ctx.ports, &request.guid(), &ctx.hold).await?;
    Answer::ok(&present::job(&ctx.links, &found))
}
