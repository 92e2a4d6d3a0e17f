//! `security_group_bind_running`, `security_group_unbind_running`, `security_group_bind_staging`, `security_group_unbind_staging`

use crate::server::Ctx;
use crate::wire::{Answer, Related, Request, references};
use cc_actions::{Fault, security_group};
use cc_domain::guid::Guid;
use cc_domain::security_group::Phase;

async fn bind(ctx: Ctx, request: Request, phase: Phase) -> Result<Answer, Fault> {
    let targets = references(request.json()?);
    let spaces = security_group::bind(ctx.call()?, &request.guid(), phase, targets).await?;
    Answer::ok(&Related::at(&ctx.links, &request.path, &spaces))
}

async fn unbind(ctx: Ctx, request: Request, phase: Phase) -> Result<Answer, Fault> {
    let space = Guid::new(request.param("space_guid"));
    security_group::unbind(ctx.call()?, &request.guid(), phase, &space).await?;
    Ok(Answer::no_content())
}

pub async fn running(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    bind(ctx, request, Phase::Running).await
}

pub async fn staging(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    bind(ctx, request, Phase::Staging).await
}

pub async fn not_running(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    unbind(ctx, request, Phase::Running).await
}

pub async fn not_staging(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    unbind(ctx, request, Phase::Staging).await
}
