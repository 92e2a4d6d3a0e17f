//! `isolation_segments_list`: there are none yet.

use crate::list::{ListQuery, ListSpec, Takes, empty_page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::Fault;
use cc_domain::list::OrderKey;

const SPEC: ListSpec = ListSpec {
    parameters: &[
        ("names", Takes::UNUSED_LIST),
        ("organization_guids", Takes::UNUSED_LIST),
        ("label_selector", Takes::Labels),
    ],
    order_by: &[("name", OrderKey::Name)],
    ..ListSpec::PLAIN
};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    empty_page(&ctx.links, "/v3/isolation_segments", &query)
}
