//! `packages_list`, `app_packages_list`

use super::present;
use crate::list::{Check, Given, ListQuery, ListSpec, Takes, named, page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, package};
use cc_domain::app::App;
use cc_domain::guid::Guid;
use cc_domain::package::PackageFilter;

/// The filter, and the app whose packages are meant.
#[derive(Default)]
struct Asked {
    packages: PackageFilter,
    app: Option<Guid<App>>,
}

const SPEC: ListSpec<Asked> = ListSpec {
    parameters: &[
        ("states", Takes::List(|f, v| f.packages.states = v)),
        ("types", Takes::List(|f, v| f.packages.types = v)),
        ("app_guids", Takes::List(|f, v| f.packages.app_guids = v)),
        ("app_guid", Takes::Text(|f, text| f.app = named(text))),
        ("space_guids", Takes::List(|f, v| f.packages.space_guids = v)),
        ("organization_guids", Takes::List(|f, v| f.packages.organization_guids = v)),
        ("label_selector", Takes::Labels),
    ],
    checks: &[Check::Unknown, Check::Lists, Check::Of(nested)],
    not_in_links: &["app_guid"],
    ..ListSpec::of(|f| &mut f.packages.common)
};
const OF_APP: ListSpec<Asked> =
    ListSpec { checks: &[Check::Unknown, Check::Lists, Check::Of(in_app)], ..SPEC };

pub async fn all(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    if let Some(app) = query.filter.app.clone() {
        return listed_of_app(&ctx, &app, &query).await;
    }
    let found = package::list(ctx.call()?, &query.filter.packages, &query.page).await?;
    page(&ctx.links, "/v3/packages", &query, &found, |p| present::package(&ctx.links, p), None)
}

pub async fn of_app(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &OF_APP)?;
    listed_of_app(&ctx, &request.guid(), &query).await
}

async fn listed_of_app(ctx: &Ctx, app: &Guid<App>, query: &ListQuery<Asked>) -> Result<Answer, Fault> {
    let found = package::list_of_app(ctx.call()?, app, query.filter.packages.clone(), &query.page).await?;
    let path = format!("/v3/apps/{app}/packages");
    page(&ctx.links, &path, query, &found, |p| present::package(&ctx.links, p), None)
}

/// Those of an app are asked with the app's guid: what else says of which apps is refused then.
fn nested(given: &Given<'_>) -> Vec<String> {
    if given.is_present("app_guid") { in_app(given) } else { Vec::new() }
}

fn in_app(given: &Given<'_>) -> Vec<String> {
    given.refused(&["app_guids", "organization_guids", "space_guids"])
}
