//! `space_quotas_list`

use super::present;
use crate::list::{ListQuery, ListSpec, Takes, page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, space_quota};
use cc_domain::space_quota::SpaceQuotaFilter;

const PATH: &str = "/v3/space_quotas";
const SPEC: ListSpec<SpaceQuotaFilter> = ListSpec {
    parameters: &[
        ("names", Takes::List(|f, v| f.names = v)),
        ("organization_guids", Takes::List(|f, v| f.organization_guids = v)),
        ("space_guids", Takes::List(|f, v| f.space_guids = v)),
    ],
    refuses_as_unprocessable: true,
    ..ListSpec::of(|f| &mut f.common)
};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    let found = space_quota::list(ctx.call()?, &query.filter, &query.page).await?;
    page(&ctx.links, PATH, &query, &found, |q| present::space_quota(&ctx.links, q), None)
}
