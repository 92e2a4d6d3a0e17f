//! `service_route_bindings_list`: there are none yet.

use crate::list::{Check, ListQuery, ListSpec, Takes, empty_page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::Fault;

const SPEC: ListSpec = ListSpec {
    parameters: &[
        ("service_instance_guids", Takes::UNUSED_LIST),
        ("service_instance_names", Takes::UNUSED_LIST),
        ("route_guids", Takes::UNUSED_LIST),
        ("include", Takes::Include(&["route", "service_instance"])),
        ("label_selector", Takes::Labels),
    ],
    checks: &[Check::Unknown, Check::Include, Check::Lists],
    ..ListSpec::PLAIN
};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    empty_page(&ctx.links, "/v3/service_route_bindings", &query)
}
