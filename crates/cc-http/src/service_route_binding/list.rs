//! `service_route_bindings_list`: there are none yet.

use crate::list::{Check, ListQuery, ListSpec, empty_page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::Fault;

const SPEC: ListSpec = ListSpec {
    parameters: &[
        "service_instance_guids",
        "service_instance_names",
        "route_guids",
        "include",
        "label_selector",
    ],
    checks: &[
        Check::Unknown,
        Check::Include(&["route", "service_instance"]),
        Check::Lists(&["service_instance_guids", "service_instance_names", "route_guids"]),
    ],
    ..ListSpec::PLAIN
};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    empty_page(&ctx.links, "/v3/service_route_bindings", &query)
}
