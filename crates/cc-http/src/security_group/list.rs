//! `security_groups_list`

use super::present;
use crate::list::{Check, ListQuery, ListSpec, Takes, page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, security_group};
use cc_domain::security_group::SecurityGroupFilter;

const PATH: &str = "/v3/security_groups";
const SPEC: ListSpec<SecurityGroupFilter> = ListSpec {
    parameters: &[
        ("names", Takes::List(|f, v| f.names = v)),
        ("running_space_guids", Takes::List(|f, v| f.space_guids.running = v)),
        ("staging_space_guids", Takes::List(|f, v| f.space_guids.staging = v)),
        ("globally_enabled_running", Takes::Boolean(|f, v| f.globally_enabled.running = Some(v))),
        ("globally_enabled_staging", Takes::Boolean(|f, v| f.globally_enabled.staging = Some(v))),
    ],
    checks: &[Check::Unknown, Check::Lists, Check::Choices],
    refuses_as_unprocessable: true,
    ..ListSpec::of(|f| &mut f.common)
};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    let found = security_group::list(ctx.call()?, &query.filter, &query.page).await?;
    page(&ctx.links, PATH, &query, &found, |g| present::security_group(&ctx.links, g), None)
}
