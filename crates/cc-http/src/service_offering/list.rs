//! `service_offerings_list`: there are none yet. Open to everyone.

use crate::list::{Check, ListQuery, ListSpec, Takes, empty_page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::Fault;
use cc_domain::list::OrderKey;

const SPEC: ListSpec = ListSpec {
    parameters: &[
        ("available", Takes::Boolean(|_, _| ())),
        ("fields", Takes::Fields(&[("service_broker", &["guid", "name"])])),
        ("broker_catalog_ids", Takes::UNUSED_LIST),
        ("service_broker_guids", Takes::UNUSED_LIST),
        ("service_broker_names", Takes::UNUSED_LIST),
        ("names", Takes::UNUSED_LIST),
        ("space_guids", Takes::UNUSED_LIST),
        ("organization_guids", Takes::UNUSED_LIST),
        ("label_selector", Takes::Labels),
    ],
    checks: &[Check::Unknown, Check::Choices, Check::Fields, Check::Lists],
    order_by: &[("name", OrderKey::Name)],
    order_in_links: &[("name", "label")],
    ..ListSpec::PLAIN
};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    empty_page(&ctx.links, "/v3/service_offerings", &query)
}
