//! `space_isolation_segment_get`: spaces have none yet, which is an answer.

use crate::server::Ctx;
use crate::wire::{Answer, NoRelationship, Request};
use cc_actions::{Fault, space};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    space::get(ctx.call()?, &request.guid(), false).await?;
    Answer::ok(&NoRelationship::at(&ctx.links, &request.path))
}
