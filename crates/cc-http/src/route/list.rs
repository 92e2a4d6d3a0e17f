//! `routes_list`, `app_routes_list`

use super::present;
use crate::list::{Check, Included, ListQuery, ListSpec, page};
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

const SPEC: ListSpec = ListSpec {
    parameters: &[
        "hosts",
        "space_guids",
        "organization_guids",
        "domain_guids",
        "paths",
        "app_guids",
        "include",
        "label_selector",
        "ports",
        "service_instance_guids",
    ],
    checks: &[
        Check::Unknown,
        Check::Include(INCLUDE),
        Check::Lists(&[
            "hosts",
            "paths",
            "app_guids",
            "space_guids",
            "organization_guids",
            "domain_guids",
            "ports",
            "service_instance_guids",
        ]),
    ],
    checks_labels: false,
    ..ListSpec::PLAIN
};

pub async fn all(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    let wanted = wanted(&query.include);
    let (found, also) = route::list(ctx.call()?, &filter(&query), &query.page, wanted).await?;
    let included = included(&ctx, &query.include, &also)?;
    page(&ctx.links, "/v3/routes", &query, &found, |r| present::route(&ctx.links, r), included)
}

/// `include` is taken and has no effect, as in the reference.
pub async fn of_app(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let app: Guid<App> = request.guid();
    let query = ListQuery::read(&request.query, &SPEC)?.with("app_guids", app.as_str());
    let found = route::list_of_app(ctx.call()?, &app, filter(&query), &query.page).await?;
    let path = format!("/v3/apps/{app}/routes");
    page(&ctx.links, &path, &query, &found, |r| present::route(&ctx.links, r), None)
}

fn filter(query: &ListQuery) -> RouteFilter {
    RouteFilter {
        common: query.common.clone(),
        hosts: query.any_of("hosts"),
        paths: query.any_of("paths"),
        ports: ports(query.any_of("ports")),
        domain_guids: query.any_of("domain_guids"),
        space_guids: query.any_of("space_guids"),
        organization_guids: query.any_of("organization_guids"),
        app_guids: query.any_of("app_guids"),
        service_instance_guids: query.any_of("service_instance_guids"),
    }
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
