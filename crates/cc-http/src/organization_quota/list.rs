//! `organization_quotas_list`

use super::present;
use crate::list::{Check, ListQuery, ListSpec, page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, organization_quota};
use cc_domain::organization_quota::OrganizationQuotaFilter;

const PATH: &str = "/v3/organization_quotas";
const SPEC: ListSpec = ListSpec {
    parameters: &["names", "organization_guids"],
    checks: &[Check::Unknown, Check::Lists(&["names", "organization_guids"])],
    ..ListSpec::PLAIN
};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    let filter = OrganizationQuotaFilter {
        common: query.common.clone(),
        names: query.any_of("names"),
        organization_guids: query.any_of("organization_guids"),
    };
    let found = organization_quota::list(ctx.call()?, &filter, &query.page).await?;
    page(&ctx.links, PATH, &query, &found, |q| present::organization_quota(&ctx.links, q), None)
}
