//! `organization_default_isolation_segment_get`: organizations have none yet, which is an answer.

use crate::server::Ctx;
use crate::wire::{Answer, NoRelationship, Request};
use cc_actions::{Fault, organization};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    organization::get(ctx.call()?, &request.guid()).await?;
    Answer::ok(&NoRelationship::at(&ctx.links, &request.path))
}
