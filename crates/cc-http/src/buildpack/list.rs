//! `buildpacks_list`

use super::present;
use crate::list::{Check, ListQuery, ListSpec, page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, buildpack};
use cc_domain::buildpack::BuildpackFilter;
use cc_domain::list::OrderKey;

const SPEC: ListSpec = ListSpec {
    parameters: &["stacks", "names", "lifecycle", "page", "per_page", "label_selector"],
    checks: &[
        Check::Lists(&["names", "stacks"]),
        Check::OneOf("lifecycle", &["buildpack", "cnb"], "must be either \"buildpack\" or \"cnb\""),
        Check::Unknown,
    ],
    order_by: &[("position", OrderKey::Position), ("lifecycle", OrderKey::Lifecycle)],
    ..ListSpec::PLAIN
};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    let filter = BuildpackFilter {
        common: query.common.clone(),
        names: query.any_of("names"),
        stacks: query.any_of("stacks"),
        lifecycle: query.text("lifecycle").and_then(|text| text.parse().ok()),
    };
    let found = buildpack::list(ctx.call()?, &filter, &query.page).await?;
    page(&ctx.links, "/v3/buildpacks", &query, &found, |b| present::buildpack(&ctx.links, b), None)
}
