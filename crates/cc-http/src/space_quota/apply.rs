//! `space_quota_apply`, `space_quota_remove`

use crate::server::Ctx;
use crate::wire::{Answer, Related, Request, references};
use cc_actions::{Fault, space_quota};
use cc_domain::guid::Guid;

/// All spaces of the quota are shown, not only the new ones.
pub async fn apply(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let targets = references(request.json()?);
    let applied = space_quota::apply(ctx.call()?, &request.guid(), targets).await?;
    Answer::ok(&Related::at(&ctx.links, &request.path, &applied.spaces))
}

pub async fn remove(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let space = Guid::new(request.param("space_guid"));
    space_quota::remove(ctx.call()?, &request.guid(), &space).await?;
    Ok(Answer::no_content())
}
