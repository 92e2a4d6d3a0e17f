//! `stacks_list`

use super::present;
use crate::list::{Check, ListQuery, ListSpec, page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, stack};
use cc_domain::list::OrderKey;
use cc_domain::stack::{DefaultFilter, StackFilter};

const SPEC: ListSpec = ListSpec {
    parameters: &["names", "default", "label_selector"],
    checks: &[Check::Unknown, Check::Lists(&["names"]), Check::Boolean("default")],
    order_by: &[("name", OrderKey::Name)],
    ..ListSpec::PLAIN
};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    let default = &ctx.ports.settings.default_stack;
    let filter = StackFilter {
        common: query.common.clone(),
        names: query.any_of("names"),
        default: query.text("default").map(|text| match text {
            "true" => DefaultFilter::Only(default.clone()),
            _ => DefaultFilter::Except(default.clone()),
        }),
    };
    let found = stack::list(ctx.call()?, &filter, &query.page).await?;
    page(&ctx.links, "/v3/stacks", &query, &found, |s| present::stack(&ctx.links, s, default), None)
}
