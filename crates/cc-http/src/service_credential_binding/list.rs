//! `service_credential_bindings_list`: there are none yet.

use crate::list::{ListQuery, ListSpec, OneOf, empty_page};
use crate::service::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::Fault;
use cc_domain::list::OrderKey;

const SPEC: ListSpec = ListSpec {
    filters: &[
        "names",
        "service_instance_guids",
        "service_instance_names",
        "service_plan_names",
        "service_plan_guids",
        "service_offering_names",
        "service_offering_guids",
        "app_guids",
        "app_names",
    ],
    one_of: &[("type", OneOf::Texts(&["app", "key"]))],
    include: &["app", "service_instance"],
    order_by: &[("name", OrderKey::Name)],
    labels: true,
    ..ListSpec::PLAIN
};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    empty_page(&ctx.links, "/v3/service_credential_bindings", &query)
}
