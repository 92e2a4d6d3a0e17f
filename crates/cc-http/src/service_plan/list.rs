//! `service_plans_list`: there are none yet. Open to everyone.

use crate::list::{Check, ListQuery, ListSpec, empty_page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::Fault;
use cc_domain::list::OrderKey;

const SPEC: ListSpec = ListSpec {
    parameters: &[
        "available",
        "fields",
        "broker_catalog_ids",
        "names",
        "organization_guids",
        "service_broker_guids",
        "service_broker_names",
        "service_instance_guids",
        "service_offering_guids",
        "service_offering_names",
        "space_guids",
        "include",
        "label_selector",
    ],
    checks: &[
        Check::Unknown,
        Check::Include(&["space.organization", "service_offering"]),
        Check::Boolean("available"),
        Check::Fields(&[("service_offering.service_broker", &["guid", "name"])]),
        Check::Lists(&[
            "broker_catalog_ids",
            "names",
            "organization_guids",
            "service_broker_guids",
            "service_broker_names",
            "service_instance_guids",
            "service_offering_guids",
            "service_offering_names",
            "space_guids",
        ]),
    ],
    order_by: &[("name", OrderKey::Name)],
    ..ListSpec::PLAIN
};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    empty_page(&ctx.links, "/v3/service_plans", &query)
}
