//! `isolation_segment_spaces_relationship_list`

use crate::server::Ctx;
use crate::wire::{Answer, Related, Request};
use cc_actions::{Fault, isolation_segment};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let spaces = isolation_segment::spaces(ctx.call()?, &request.guid()).await?;
    Answer::ok(&Related::at(&ctx.links, &request.path, &spaces))
}
