//! `packages_list`, `app_packages_list`

use super::present;
use crate::list::{Check, Given, ListQuery, ListSpec, page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, package};
use cc_domain::app::App;
use cc_domain::guid::Guid;
use cc_domain::package::PackageFilter;

const SPEC: ListSpec = ListSpec {
    parameters: &[
        "states",
        "types",
        "app_guids",
        "app_guid",
        "space_guids",
        "organization_guids",
        "label_selector",
    ],
    checks: &[
        Check::Unknown,
        Check::Lists(&["states", "types", "app_guids", "space_guids", "organization_guids"]),
        Check::Of(nested),
    ],
    not_in_links: &["app_guid"],
    ..ListSpec::PLAIN
};
const OF_APP: ListSpec = ListSpec {
    checks: &[
        Check::Unknown,
        Check::Lists(&["states", "types", "app_guids", "space_guids", "organization_guids"]),
        Check::Of(in_app),
    ],
    ..SPEC
};

pub async fn all(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    if let Some(app) = query.text("app_guid").filter(|app| !app.trim().is_empty()).map(Guid::new) {
        return listed_of_app(&ctx, &app, &query).await;
    }
    let found = package::list(ctx.call()?, &filter(&query), &query.page).await?;
    page(&ctx.links, "/v3/packages", &query, &found, |p| present::package(&ctx.links, p), None)
}

pub async fn of_app(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &OF_APP)?;
    listed_of_app(&ctx, &request.guid(), &query).await
}

async fn listed_of_app(ctx: &Ctx, app: &Guid<App>, query: &ListQuery) -> Result<Answer, Fault> {
    let found = package::list_of_app(ctx.call()?, app, filter(query), &query.page).await?;
    let path = format!("/v3/apps/{app}/packages");
    page(&ctx.links, &path, query, &found, |p| present::package(&ctx.links, p), None)
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

/// Those of an app are asked with the app's guid: what else says of which apps is refused then.
fn nested(given: &Given<'_>) -> Vec<String> {
    if given.is_present("app_guid") { in_app(given) } else { Vec::new() }
}

fn in_app(given: &Given<'_>) -> Vec<String> {
    given.refused(&["app_guids", "organization_guids", "space_guids"])
}
