//! `stacks_list`

use super::present;
use crate::list::{Check, ListQuery, ListSpec, Takes, page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, stack};
use cc_domain::list::OrderKey;
use cc_domain::stack::{DefaultFilter, StackFilter};

/// The second part says whether the default stack is wanted, or the others; which it is, is a setting.
const SPEC: ListSpec<(StackFilter, Option<bool>)> = ListSpec {
    parameters: &[
        ("names", Takes::List(|f, v| f.0.names = v)),
        ("default", Takes::Boolean(|f, is_default| f.1 = Some(is_default))),
        ("label_selector", Takes::Labels),
    ],
    checks: &[Check::Unknown, Check::Lists, Check::Choices],
    order_by: &[("name", OrderKey::Name)],
    ..ListSpec::of(|f| &mut f.0.common)
};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    let default = &ctx.ports.settings.default_stack;
    let (filter, is_default) = query.filter.clone();
    let only = |is_default| match is_default {
        true => DefaultFilter::Only(default.clone()),
        false => DefaultFilter::Except(default.clone()),
    };
    let filter = StackFilter { default: is_default.map(only), ..filter };
    let found = stack::list(ctx.call()?, &filter, &query.page).await?;
    page(&ctx.links, "/v3/stacks", &query, &found, |s| present::stack(&ctx.links, s, default), None)
}
