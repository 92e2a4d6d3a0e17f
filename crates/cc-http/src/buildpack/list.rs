//! `buildpacks_list`

use super::present;
use crate::list::{Check, ListQuery, ListSpec, Takes, page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, buildpack};
use cc_domain::buildpack::BuildpackFilter;
use cc_domain::list::OrderKey;

const SPEC: ListSpec<BuildpackFilter> = ListSpec {
    parameters: &[
        ("stacks", Takes::List(|f, v| f.stacks = v)),
        ("names", Takes::List(|f, v| f.names = v)),
        (
            "lifecycle",
            Takes::OneOf(&["buildpack", "cnb"], "must be either \"buildpack\" or \"cnb\"", |f, value| {
                f.lifecycle = value.text().and_then(|text| text.parse().ok())
            }),
        ),
        ("page", Takes::Nothing),
        ("per_page", Takes::Nothing),
        ("label_selector", Takes::Labels),
    ],
    checks: &[Check::ListsFrom(&["names"]), Check::Choices, Check::Unknown],
    order_by: &[("position", OrderKey::Position), ("lifecycle", OrderKey::Lifecycle)],
    ..ListSpec::of(|f| &mut f.common)
};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    let found = buildpack::list(ctx.call()?, &query.filter, &query.page).await?;
    page(&ctx.links, "/v3/buildpacks", &query, &found, |b| present::buildpack(&ctx.links, b), None)
}
