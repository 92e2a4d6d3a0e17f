//! `organizations_list`

use super::present;
use crate::list::{ListQuery, ListSpec, Takes, page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, organization};
use cc_domain::list::OrderKey;
use cc_domain::organization::OrganizationFilter;

const SPEC: ListSpec<OrganizationFilter> = ListSpec {
    parameters: &[
        ("names", Takes::List(|f, v| f.names = v)),
        ("isolation_segment_guid", Takes::AnyList(|f, v| f.isolation_segment_guids = v)),
        ("label_selector", Takes::Labels),
    ],
    order_by: &[("name", OrderKey::Name)],
    not_in_links: &["isolation_segment_guid"],
    ..ListSpec::of(|f| &mut f.common)
};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    let found = organization::list(ctx.call()?, &query.filter, &query.page).await?;
    page(&ctx.links, "/v3/organizations", &query, &found, |o| present::organization(&ctx.links, o), None)
}
