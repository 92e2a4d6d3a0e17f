//! `deployments_list`: there are none yet.

use crate::list::{ListQuery, ListSpec, Takes, empty_page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::Fault;

const SPEC: ListSpec = ListSpec {
    parameters: &[
        ("app_guids", Takes::UNUSED_LIST),
        ("states", Takes::UNUSED_LIST),
        ("status_reasons", Takes::UNUSED_LIST),
        ("status_values", Takes::UNUSED_LIST),
        ("label_selector", Takes::Labels),
    ],
    ..ListSpec::PLAIN
};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    empty_page(&ctx.links, "/v3/deployments", &query)
}
