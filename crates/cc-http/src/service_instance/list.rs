//! `service_instances_list`: there are none yet.

use crate::list::{Check, ListQuery, ListSpec, Takes, empty_page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::Fault;
use cc_domain::list::OrderKey;

const SPEC: ListSpec = ListSpec {
    parameters: &[
        (
            "type",
            Takes::OneOf(
                &["managed", "user-provided"],
                "must be one of 'managed', 'user-provided'",
                |_, _| (),
            ),
        ),
        ("fields", Takes::Fields(FIELDS)),
        ("names", Takes::UNUSED_LIST),
        ("space_guids", Takes::UNUSED_LIST),
        ("organization_guids", Takes::UNUSED_LIST),
        ("service_plan_guids", Takes::UNUSED_LIST),
        ("service_plan_names", Takes::UNUSED_LIST),
        ("label_selector", Takes::Labels),
    ],
    checks: &[Check::Unknown, Check::Choices, Check::Fields, Check::Lists],
    order_by: &[("name", OrderKey::Name)],
    ..ListSpec::PLAIN
};

const FIELDS: &[(&str, &[&str])] = &[
    ("space", &["guid", "name", "relationships.organization"]),
    ("space.organization", &["name", "guid"]),
    ("service_plan", &["guid", "name", "relationships.service_offering"]),
    (
        "service_plan.service_offering",
        &["name", "guid", "description", "documentation_url", "tags", "relationships.service_broker"],
    ),
    ("service_plan.service_offering.service_broker", &["name", "guid"]),
];

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    empty_page(&ctx.links, "/v3/service_instances", &query)
}
