//! `domains_list`

use super::present;
use crate::list::{Check, ListQuery, ListSpec, page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, domain};
use cc_domain::domain::DomainFilter;

pub(super) const SPEC: ListSpec = ListSpec {
    parameters: &["names", "guids", "organization_guids", "label_selector"],
    checks: &[Check::Unknown, Check::Lists(&["names", "organization_guids"])],
    ..ListSpec::PLAIN
};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    let found = domain::list(ctx.call()?, &filter(&query), &query.page).await?;
    page(&ctx.links, "/v3/domains", &query, &found, |d| present::domain(&ctx.links, d), None)
}

pub(super) fn filter(query: &ListQuery) -> DomainFilter {
    DomainFilter {
        common: query.common.clone(),
        names: query.any_of("names"),
        organization_guids: query.any_of("organization_guids"),
        usable_by: None,
    }
}
