//! `apps_list`

use super::present;
use crate::list::{Check, Given, Included, ListQuery, ListSpec, Takes, page};
use crate::server::Ctx;
use crate::wire::query_string::Param;
use crate::wire::{Answer, Request};
use crate::{organization, space};
use cc_actions::{Fault, app};
use cc_domain::app::{AppFilter, LifecycleKind};
use cc_domain::list::OrderKey;
use serde_json::{Map, Value};

/// `org` is an older name of `space.organization`.
pub(super) const INCLUDE: &[&str] = &["space", "org", "space.organization"];

pub(crate) const SPEC: ListSpec<AppFilter> = ListSpec {
    parameters: &[
        ("names", Takes::List(|f, v| f.names = v)),
        ("organization_guids", Takes::List(|f, v| f.organization_guids = v)),
        ("space_guids", Takes::List(|f, v| f.space_guids = v)),
        ("stacks", Takes::List(|f, v| f.stacks = v)),
        ("include", Takes::Include(INCLUDE)),
        ("lifecycle_type", Takes::Text(|f, text| f.lifecycle = text.parse().ok())),
        ("label_selector", Takes::Labels),
    ],
    checks: &[Check::Unknown, Check::Include, Check::Of(lifecycle_type), Check::Lists],
    order_by: &[("name", OrderKey::Name), ("state", OrderKey::State)],
    order_in_links: &[("state", "desired_state")],
    ..ListSpec::of(|f| &mut f.common)
};

/// Where the name of the order is not told as it is kept.
const ALL: ListSpec<AppFilter> = ListSpec { order_in_links: &[], ..SPEC };

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &ALL)?;
    let wanted = wanted(&query.include);
    let (found, also) = app::list(ctx.call()?, &query.filter, &query.page, wanted).await?;
    let included = included(&ctx, wanted, &also)?;
    page(&ctx.links, "/v3/apps", &query, &found, |a| present::app(&ctx.links, a), included)
}

fn lifecycle_type(given: &Given<'_>) -> Vec<String> {
    let text = given.get("lifecycle_type").map(Param::to_text);
    let wrong = text.filter(|text| text.parse::<LifecycleKind>().is_err());
    wrong.map(|text| format!("Invalid lifecycle_type: '{text}'")).into_iter().collect()
}

pub(super) fn wanted(asked: &[String]) -> app::Wanted {
    let has = |name: &str| asked.iter().any(|a| a == name);
    app::Wanted {
        spaces: has("space") || has("space.organization"),
        organizations: has("org") || has("space.organization"),
    }
}

/// The `included` member, if anything was to be included.
pub(super) fn included(
    ctx: &Ctx,
    wanted: app::Wanted,
    also: &app::Included,
) -> Result<Option<Map<String, Value>>, Fault> {
    let spaces = wanted.spaces.then(|| also.spaces.iter().map(|s| space::present::space(&ctx.links, s)));
    let organizations = wanted
        .organizations
        .then(|| also.organizations.iter().map(|o| organization::present::organization(&ctx.links, o)));
    Ok(Included::default().with("spaces", spaces)?.with("organizations", organizations)?.finish())
}
