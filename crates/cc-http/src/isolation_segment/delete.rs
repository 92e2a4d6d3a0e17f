//! `isolation_segment_delete`

use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, isolation_segment};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    isolation_segment::delete(ctx.call()?, &request.guid()).await?;
    Ok(Answer::no_content())
}
