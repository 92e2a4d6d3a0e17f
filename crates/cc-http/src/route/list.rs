//! `routes_list`, `app_routes_list`

use super::present;
use crate::list::{Check, Included, ListQuery, ListSpec, Takes, page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use crate::{domain, organization, space};
use cc_actions::{Fault, route};
use cc_domain::app::App;
use cc_domain::guid::Guid;
use cc_domain::list::AnyOf;
use cc_domain::route::RouteFilter;
use serde_json::{Map, Value};

pub(super) const INCLUDE: &[&str] = &["domain", "space", "space.organization", "route_policies"];

const SPEC: ListSpec<RouteFilter> = ListSpec {
    parameters: &[
        ("hosts", Takes::List(|f, v| f.hosts = v)),
        ("space_guids", Takes::List(|f, v| f.space_guids = v)),
        ("organization_guids", Takes::List(|f, v| f.organization_guids = v)),
        ("domain_guids", Takes::List(|f, v| f.domain_guids = v)),
        ("paths", Takes::List(|f, v| f.paths = v)),
        ("app_guids", Takes::List(|f, v| f.app_guids = v)),
        ("include", Takes::Include(INCLUDE)),
        ("label_selector", Takes::Labels),
        ("ports", Takes::List(|f, v| f.ports = ports(v))),
        ("service_instance_guids", Takes::List(|f, v| f.service_instance_guids = v)),
    ],
    checks: &[Check::Unknown, Check::Include, Check::ListsFrom(&["hosts", "paths", "app_guids"])],
    checks_labels: false,
    ..ListSpec::of(|f| &mut f.common)
};

pub async fn all(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    let wanted = wanted(&query.include);
    let (found, also) = route::list(ctx.call()?, &query.filter, &query.page, wanted).await?;
    let included = included(&ctx, &query.include, &also)?;
    page(&ctx.links, "/v3/routes", &query, &found, |r| present::route(&ctx.links, r), included)
}

/// `include` is taken and has no effect, as in the reference.
pub async fn of_app(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let app: Guid<App> = request.guid();
    let query = ListQuery::read(&request.query, &SPEC)?.with("app_guids", app.as_str());
    let found = route::list_of_app(ctx.call()?, &app, query.filter.clone(), &query.page).await?;
    let path = format!("/v3/apps/{app}/routes");
    page(&ctx.links, &path, &query, &found, |r| present::route(&ctx.links, r), None)
}

/// What is no port is the port of no route.
fn ports(texts: AnyOf) -> AnyOf<u16> {
    texts.map(|texts| texts.iter().filter_map(|text| text.parse().ok()).collect())
}

pub(super) fn wanted(asked: &[String]) -> route::Wanted {
    let has = |name: &str| asked.iter().any(|a| a == name);
    route::Wanted {
        domains: has("domain"),
        spaces: has("space") || has("space.organization"),
        organizations: has("space.organization"),
    }
}

/// The `included` member, if anything was to be included. There are no route policies.
pub(super) fn included(
    ctx: &Ctx,
    asked: &[String],
    also: &route::Included,
) -> Result<Option<Map<String, Value>>, Fault> {
    let wanted = wanted(asked);
    let links = &ctx.links;
    let domains = wanted.domains.then(|| also.domains.iter().map(|d| domain::present::domain(links, d)));
    let spaces = wanted.spaces.then(|| also.spaces.iter().map(|s| space::present::space(links, s)));
    let organizations = wanted
        .organizations
        .then(|| also.organizations.iter().map(|o| organization::present::organization(links, o)));
    let policies = asked.iter().any(|a| a == "route_policies").then(Vec::<Value>::new);
    Ok(Included::default()
        .with("domains", domains)?
        .with("spaces", spaces)?
        .with("organizations", organizations)?
        .with("route_policies", policies)?
        .finish())
}
