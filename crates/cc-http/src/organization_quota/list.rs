//! `organization_quotas_list`

use super::present;
use crate::list::{ListQuery, ListSpec, Takes, page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, organization_quota};
use cc_domain::organization_quota::OrganizationQuotaFilter;

const PATH: &str = "/v3/organization_quotas";
const SPEC: ListSpec<OrganizationQuotaFilter> = ListSpec {
    parameters: &[
        ("names", Takes::List(|f, v| f.names = v)),
        ("organization_guids", Takes::List(|f, v| f.organization_guids = v)),
    ],
    ..ListSpec::of(|f| &mut f.common)
};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    let found = organization_quota::list(ctx.call()?, &query.filter, &query.page).await?;
    page(&ctx.links, PATH, &query, &found, |q| present::organization_quota(&ctx.links, q), None)
}
