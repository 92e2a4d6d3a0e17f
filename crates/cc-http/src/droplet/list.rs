//! `droplets_list`, `app_droplets_list`, `package_droplets_list`

use super::present::{self, Secrets};
use crate::list::{Check, Given, ListQuery, ListSpec, is_one_of, page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, droplet};
use cc_domain::app::App;
use cc_domain::droplet::{Droplet, DropletFilter};
use cc_domain::guid::Guid;
use cc_domain::list::Page;
use cc_domain::package::Package;

/// Also of those of a package.
const SPEC: ListSpec = ListSpec {
    parameters: &[
        "app_guid",
        "app_guids",
        "current",
        "organization_guids",
        "package_guid",
        "space_guids",
        "states",
        "label_selector",
    ],
    checks: &[
        Check::Unknown,
        Check::Lists(&["app_guids", "states", "space_guids", "organization_guids"]),
        Check::Of(nested),
    ],
    not_in_links: &["app_guid", "package_guid"],
    ..ListSpec::PLAIN
};
const OF_APP: ListSpec = ListSpec {
    checks: &[
        Check::Unknown,
        Check::Lists(&["app_guids", "states", "space_guids", "organization_guids"]),
        Check::OneOf("current", &["true"], "only accepts the value 'true'"),
        Check::Of(in_app),
    ],
    ..SPEC
};

pub async fn all(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    if let Some(app) = named(&query, "app_guid") {
        return listed_of_app(&ctx, &app, &query).await;
    }
    if let Some(package) = named(&query, "package_guid") {
        return listed_of_package(&ctx, &package, &query).await;
    }
    let found = droplet::list(ctx.call()?, &filter(&query), &query.page).await?;
    shown(&ctx, "/v3/droplets", &query, &found)
}

/// A blank guid names no app, and is as if it were not there.
pub async fn of_app(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    if request.guid::<App>().as_str().trim().is_empty() {
        return all(ctx, request).await;
    }
    let query = ListQuery::read(&request.query, &OF_APP)?;
    listed_of_app(&ctx, &request.guid(), &query).await
}

async fn listed_of_app(ctx: &Ctx, app: &Guid<App>, query: &ListQuery) -> Result<Answer, Fault> {
    let found = droplet::list_of_app(ctx.call()?, app, filter(query), &query.page).await?;
    shown(ctx, &format!("/v3/apps/{app}/droplets"), query, &found)
}

pub async fn of_package(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    listed_of_package(&ctx, &request.guid(), &query).await
}

async fn listed_of_package(ctx: &Ctx, package: &Guid<Package>, query: &ListQuery) -> Result<Answer, Fault> {
    let found = droplet::list_of_package(ctx.call()?, package, filter(query), &query.page).await?;
    shown(ctx, &format!("/v3/packages/{package}/droplets"), query, &found)
}

/// The resource that a parameter of the query names, if it is not blank.
fn named<T>(query: &ListQuery, name: &str) -> Option<Guid<T>> {
    query.text(name).filter(|text| !text.trim().is_empty()).map(Guid::new)
}

fn filter(query: &ListQuery) -> DropletFilter {
    DropletFilter {
        common: query.common.clone(),
        states: query.any_of("states"),
        app_guids: query.any_of("app_guids"),
        package_guids: None,
        space_guids: query.any_of("space_guids"),
        organization_guids: query.any_of("organization_guids"),
        is_current: query.is_given("current"),
    }
}

fn shown(ctx: &Ctx, path: &str, query: &ListQuery, found: &Page<Droplet>) -> Result<Answer, Fault> {
    let show = |d| present::droplet(&ctx.links, d, Secrets::HiddenInList);
    page(&ctx.links, path, query, found, show, None)
}

fn nested(given: &Given<'_>) -> Vec<String> {
    if !given.is_present("app_guid") {
        return given.refused(&["current"]);
    }
    let is_wrong = given.get("current").is_some_and(|value| !is_one_of(value, &["true"]));
    let wrong = is_wrong.then(|| "Current only accepts the value 'true'".to_owned());
    wrong.into_iter().chain(in_app(given)).collect()
}

/// Those of an app are asked with the app's guid: what else says of which apps is refused then.
fn in_app(given: &Given<'_>) -> Vec<String> {
    given.refused(&["app_guids", "organization_guids", "space_guids"])
}
