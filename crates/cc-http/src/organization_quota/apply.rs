//! `organization_quota_apply`

use crate::server::Ctx;
use crate::wire::{Answer, Related, Request, references};
use cc_actions::{Fault, organization_quota};

/// The body is looked at before the quota. All organizations of the quota are shown, not only the new ones.
pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    organization_quota::may_manage(ctx.actor()?)?;
    let targets = references(request.json()?)?;
    let applied = organization_quota::apply(ctx.call()?, &request.guid(), &targets).await?;
    Answer::ok(&Related::at(&ctx.links, &request.path, &applied.organizations))
}
