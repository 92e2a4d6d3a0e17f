//! `domains_list`

use super::present;
use crate::list::{ListQuery, ListSpec, Takes, page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, domain};
use cc_domain::domain::DomainFilter;

pub(super) const SPEC: ListSpec<DomainFilter> = ListSpec {
    parameters: &[
        ("names", Takes::List(|f, v| f.names = v)),
        ("guids", Takes::Nothing),
        ("organization_guids", Takes::List(|f, v| f.organization_guids = v)),
        ("label_selector", Takes::Labels),
    ],
    ..ListSpec::of(|f| &mut f.common)
};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    let found = domain::list(ctx.call()?, &query.filter, &query.page).await?;
    page(&ctx.links, "/v3/domains", &query, &found, |d| present::domain(&ctx.links, d), None)
}
