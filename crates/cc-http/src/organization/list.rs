//! `organizations_list`

use super::present;
use crate::list::{ListQuery, ListSpec, Takes, named, page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, organization};
use cc_domain::list::OrderKey;
use cc_domain::organization::OrganizationFilter;

pub(crate) const SPEC: ListSpec<OrganizationFilter> = ListSpec {
    parameters: &[
        ("names", Takes::List(|f, v| f.names = v)),
        ("isolation_segment_guid", Takes::Text(|f, v| f.isolation_segment = named(v))),
        ("label_selector", Takes::Labels),
    ],
    order_by: &[("name", OrderKey::Name)],
    not_in_links: &["isolation_segment_guid"],
    ..ListSpec::of(|f| &mut f.common)
};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    show(ctx, &ListQuery::read(&request.query, &SPEC)?).await
}

/// A list of those that are entitled to an isolation segment is the segment's, also in its links.
pub(crate) async fn show(ctx: Ctx, query: &ListQuery<OrganizationFilter>) -> Result<Answer, Fault> {
    let found = organization::list(ctx.call()?, &query.filter, &query.page).await?;
    let path = match &query.filter.isolation_segment {
        Some(segment) => format!("/v3/isolation_segments/{segment}/organizations"),
        None => "/v3/organizations".to_owned(),
    };
    page(&ctx.links, &path, query, &found, |o| present::organization(&ctx.links, o), None)
}
