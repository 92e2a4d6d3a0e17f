//! `droplets_list`, `app_droplets_list`, `package_droplets_list`

use super::present::{self, Secrets};
use crate::list::{ListQuery, ListSpec, page};
use crate::service::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, droplet};
use cc_domain::droplet::{Droplet, DropletFilter};
use cc_domain::list::Page;

/// Also of those of a package.
const SPEC: ListSpec = ListSpec {
    filters: &["app_guids", "organization_guids", "space_guids", "states"],
    labels: true,
    ..ListSpec::PLAIN
};
const OF_APP: ListSpec = ListSpec { filters: &["current", "states"], ..SPEC };

pub async fn all(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    let found = droplet::list(&ctx.ports, ctx.actor()?, &filter(&query), &query.page).await?;
    shown(&ctx, "/v3/droplets", &query, &found)
}

pub async fn of_app(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &OF_APP)?;
    if query.text("current").is_some_and(|value| value != "true") {
        return Err(Fault::bad_query("Current only accepts the value 'true'"));
    }
    let app = request.guid();
    let found = droplet::list_of_app(&ctx.ports, ctx.actor()?, &app, filter(&query), &query.page).await?;
    shown(&ctx, &format!("/v3/apps/{app}/droplets"), &query, &found)
}

pub async fn of_package(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    let package = request.guid();
    let (actor, filter) = (ctx.actor()?, filter(&query));
    let found = droplet::list_of_package(&ctx.ports, actor, &package, filter, &query.page).await?;
    shown(&ctx, &format!("/v3/packages/{package}/droplets"), &query, &found)
}

fn filter(query: &ListQuery) -> DropletFilter {
    DropletFilter {
        common: query.common.clone(),
        states: query.any_of("states"),
        app_guids: query.any_of("app_guids"),
        package_guids: None,
        space_guids: query.any_of("space_guids"),
        organization_guids: query.any_of("organization_guids"),
        is_current: query.text("current").is_some(),
    }
}

fn shown(ctx: &Ctx, path: &str, query: &ListQuery, found: &Page<Droplet>) -> Result<Answer, Fault> {
    let show = |d| present::droplet(&ctx.links, d, Secrets::HiddenInList);
    page(&ctx.links, path, query, found, show, None)
}
