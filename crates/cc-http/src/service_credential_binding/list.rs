//! `service_credential_bindings_list`: there are none yet.

use crate::list::{Check, ListQuery, ListSpec, empty_page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::Fault;
use cc_domain::list::OrderKey;

const SPEC: ListSpec = ListSpec {
    parameters: &[
        "names",
        "service_instance_guids",
        "service_instance_names",
        "service_plan_names",
        "service_plan_guids",
        "service_offering_names",
        "service_offering_guids",
        "app_guids",
        "app_names",
        "include",
        "type",
        "label_selector",
    ],
    checks: &[
        Check::Unknown,
        Check::OneOf("type", &["app", "key"], "must be one of 'app', 'key'"),
        Check::Include(&["app", "service_instance"]),
        Check::Lists(&[
            "names",
            "service_instance_guids",
            "service_instance_names",
            "service_plan_names",
            "service_plan_guids",
            "service_offering_names",
            "service_offering_guids",
            "app_guids",
            "app_names",
        ]),
    ],
    order_by: &[("name", OrderKey::Name)],
    ..ListSpec::PLAIN
};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    empty_page(&ctx.links, "/v3/service_credential_bindings", &query)
}
