//! `packages_list`, `app_packages_list`

use super::present;
use crate::list::{ListQuery, ListSpec, page};
use crate::service::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, package};
use cc_domain::package::PackageFilter;

const SPEC: ListSpec = ListSpec {
    filters: &["states", "types", "app_guids", "space_guids", "organization_guids"],
    labels: true,
    ..ListSpec::PLAIN
};
const OF_APP: ListSpec = ListSpec { filters: &["states", "types"], ..SPEC };

pub async fn all(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    let found = package::list(&ctx.ports, ctx.actor()?, &filter(&query), &query.page).await?;
    page(&ctx.links, "/v3/packages", &query, &found, |p| present::package(&ctx.links, p), None)
}

pub async fn of_app(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &OF_APP)?;
    let app = request.guid();
    let found = package::list_of_app(&ctx.ports, ctx.actor()?, &app, filter(&query), &query.page).await?;
    let path = format!("/v3/apps/{app}/packages");
    page(&ctx.links, &path, &query, &found, |p| present::package(&ctx.links, p), None)
}

fn filter(query: &ListQuery) -> PackageFilter {
    PackageFilter {
        common: query.common.clone(),
        states: query.any_of("states"),
        types: query.any_of("types"),
        app_guids: query.any_of("app_guids"),
        space_guids: query.any_of("space_guids"),
        organization_guids: query.any_of("organization_guids"),
    }
}
