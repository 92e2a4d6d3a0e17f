//! `service_credential_bindings_list`: there are none yet.

use crate::list::{Check, ListQuery, ListSpec, Takes, empty_page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::Fault;
use cc_domain::list::OrderKey;

const SPEC: ListSpec = ListSpec {
    parameters: &[
        ("names", Takes::UNUSED_LIST),
        ("service_instance_guids", Takes::UNUSED_LIST),
        ("service_instance_names", Takes::UNUSED_LIST),
        ("service_plan_names", Takes::UNUSED_LIST),
        ("service_plan_guids", Takes::UNUSED_LIST),
        ("service_offering_names", Takes::UNUSED_LIST),
        ("service_offering_guids", Takes::UNUSED_LIST),
        ("app_guids", Takes::UNUSED_LIST),
        ("app_names", Takes::UNUSED_LIST),
        ("include", Takes::Include(&["app", "service_instance"])),
        ("type", Takes::OneOf(&["app", "key"], "must be one of 'app', 'key'", |_, _| ())),
        ("label_selector", Takes::Labels),
    ],
    checks: &[Check::Unknown, Check::Choices, Check::Include, Check::Lists],
    order_by: &[("name", OrderKey::Name)],
    ..ListSpec::PLAIN
};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    empty_page(&ctx.links, "/v3/service_credential_bindings", &query)
}
