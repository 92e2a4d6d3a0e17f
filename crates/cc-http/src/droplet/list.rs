//! `droplets_list`, `app_droplets_list`, `package_droplets_list`

use super::present::{self, Secrets};
use crate::list::{Check, Given, ListQuery, ListSpec, Takes, is_one_of, named, page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, droplet};
use cc_domain::app::App;
use cc_domain::droplet::{Droplet, DropletFilter};
use cc_domain::guid::Guid;
use cc_domain::list::Page;
use cc_domain::package::Package;

/// The filter, and the app or package whose droplets are meant.
#[derive(Default)]
struct Asked {
    droplets: DropletFilter,
    app: Option<Guid<App>>,
    package: Option<Guid<Package>>,
}

const ONLY_TRUE: &str = "only accepts the value 'true'";

/// Also of those of a package.
const SPEC: ListSpec<Asked> = ListSpec {
    parameters: &[
        ("app_guid", Takes::Text(|f, text| f.app = named(text))),
        ("app_guids", Takes::List(|f, v| f.droplets.app_guids = v)),
        ("current", Takes::OneOf(&["true"], ONLY_TRUE, |f, _| f.droplets.is_current = true)),
        ("organization_guids", Takes::List(|f, v| f.droplets.organization_guids = v)),
        ("package_guid", Takes::Text(|f, text| f.package = named(text))),
        ("space_guids", Takes::List(|f, v| f.droplets.space_guids = v)),
        ("states", Takes::List(|f, v| f.droplets.states = v)),
        ("label_selector", Takes::Labels),
    ],
    checks: &[Check::Unknown, Check::ListsFrom(&["app_guids", "states", "space_guids"]), Check::Of(nested)],
    not_in_links: &["app_guid", "package_guid"],
    ..ListSpec::of(|f| &mut f.droplets.common)
};
const OF_APP: ListSpec<Asked> = ListSpec {
    checks: &[
        Check::Unknown,
        Check::ListsFrom(&["app_guids", "states", "space_guids"]),
        Check::Choices,
        Check::Of(in_app),
    ],
    ..SPEC
};

pub async fn all(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    if let Some(app) = query.filter.app.clone() {
        return listed_of_app(&ctx, &app, &query).await;
    }
    if let Some(package) = query.filter.package.clone() {
        return listed_of_package(&ctx, &package, &query).await;
    }
    let found = droplet::list(ctx.call()?, &query.filter.droplets, &query.page).await?;
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

async fn listed_of_app(ctx: &Ctx, app: &Guid<App>, query: &ListQuery<Asked>) -> Result<Answer, Fault> {
    let found = droplet::list_of_app(ctx.call()?, app, query.filter.droplets.clone(), &query.page).await?;
    shown(ctx, &format!("/v3/apps/{app}/droplets"), query, &found)
}

pub async fn of_package(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    listed_of_package(&ctx, &request.guid(), &query).await
}

async fn listed_of_package(
    ctx: &Ctx,
    package: &Guid<Package>,
    query: &ListQuery<Asked>,
) -> Result<Answer, Fault> {
    let found =
        droplet::list_of_package(ctx.call()?, package, query.filter.droplets.clone(), &query.page).await?;
    shown(ctx, &format!("/v3/packages/{package}/droplets"), query, &found)
}

fn shown(ctx: &Ctx, path: &str, query: &ListQuery<Asked>, found: &Page<Droplet>) -> Result<Answer, Fault> {
    let show = |d| present::droplet(&ctx.links, d, Secrets::HiddenInList);
    page(&ctx.links, path, query, found, show, None)
}

fn nested(given: &Given<'_>) -> Vec<String> {
    if !given.is_present("app_guid") {
        return given.refused(&["current"]);
    }
    let is_wrong = given.get("current").is_some_and(|value| !is_one_of(value, &["true"]));
    let wrong = is_wrong.then(|| format!("Current {ONLY_TRUE}"));
    wrong.into_iter().chain(in_app(given)).collect()
}

/// Those of an app are asked with the app's guid: what else says of which apps is refused then.
fn in_app(given: &Given<'_>) -> Vec<String> {
    given.refused(&["app_guids", "organization_guids", "space_guids"])
}
