//! `isolation_segments_list`

use super::present;
use crate::list::{ListQuery, ListSpec, Takes, page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, isolation_segment};
use cc_domain::isolation_segment::IsolationSegmentFilter;
use cc_domain::list::OrderKey;

const PATH: &str = "/v3/isolation_segments";
const SPEC: ListSpec<IsolationSegmentFilter> = ListSpec {
    parameters: &[
        ("names", Takes::List(|f, v| f.names = v)),
        ("organization_guids", Takes::List(|f, v| f.organization_guids = v)),
        ("label_selector", Takes::Labels),
    ],
    order_by: &[("name", OrderKey::Name)],
    ..ListSpec::of(|f| &mut f.common)
};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    let found = isolation_segment::list(ctx.call()?, &query.filter, &query.page).await?;
    page(&ctx.links, PATH, &query, &found, |s| present::isolation_segment(&ctx.links, s), None)
}
