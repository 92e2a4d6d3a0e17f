//! `deployments_list`: there are none yet.

use crate::list::{Check, ListQuery, ListSpec, empty_page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::Fault;

const SPEC: ListSpec = ListSpec {
    parameters: &["app_guids", "states", "status_reasons", "status_values", "label_selector"],
    checks: &[Check::Unknown, Check::Lists(&["app_guids", "states", "status_reasons", "status_values"])],
    ..ListSpec::PLAIN
};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    empty_page(&ctx.links, "/v3/deployments", &query)
}
