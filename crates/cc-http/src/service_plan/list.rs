//! `service_plans_list`: there are none yet. Open to everyone.

use crate::list::{ListQuery, ListSpec, OneOf, empty_page};
use crate::service::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::Fault;
use cc_domain::list::OrderKey;

const SPEC: ListSpec = ListSpec {
    filters: &[
        "broker_catalog_ids",
        "names",
        "organization_guids",
        "service_broker_guids",
        "service_broker_names",
        "service_instance_guids",
        "service_offering_guids",
        "service_offering_names",
        "space_guids",
    ],
    one_of: &[("available", OneOf::Boolean)],
    include: &["space.organization", "service_offering"],
    fields: &[("service_offering.service_broker", &["guid", "name"])],
    order_by: &[("name", OrderKey::Name)],
    labels: true,
    ..ListSpec::PLAIN
};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    empty_page(&ctx.links, "/v3/service_plans", &query)
}
