//! `space_running_security_groups_list`, `space_staging_security_groups_list`

use crate::list::{ListQuery, ListSpec, Takes, page};
use crate::security_group::present;
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, security_group};
use cc_domain::security_group::{Phase, SecurityGroupFilter};

const SPEC: ListSpec<SecurityGroupFilter> = ListSpec {
    parameters: &[("names", Takes::List(|f, v| f.names = v))],
    refuses_as_unprocessable: true,
    ..ListSpec::of(|f| &mut f.common)
};

async fn list(ctx: Ctx, request: Request, phase: Phase) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    let (space, filter) = (request.guid(), &query.filter);
    let found = security_group::list_of_space(ctx.call()?, &space, phase, filter, &query.page).await?;
    page(&ctx.links, &request.path, &query, &found, |g| present::security_group(&ctx.links, g), None)
}

pub async fn running(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    list(ctx, request, Phase::Running).await
}

pub async fn staging(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    list(ctx, request, Phase::Staging).await
}
