//! `builds_list`, `app_builds_list`

use super::present;
use crate::list::{ListQuery, ListSpec, Takes, page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, build};
use cc_domain::build::BuildFilter;

const SPEC: ListSpec<BuildFilter> = ListSpec {
    parameters: &[
        ("app_guids", Takes::List(|f, v| f.app_guids = v)),
        ("package_guids", Takes::List(|f, v| f.package_guids = v)),
        ("states", Takes::List(|f, v| f.states = v)),
        ("label_selector", Takes::Labels),
    ],
    ..ListSpec::of(|f| &mut f.common)
};
const OF_APP: ListSpec<BuildFilter> = ListSpec {
    parameters: &[("states", Takes::List(|f, v| f.states = v)), ("label_selector", Takes::Labels)],
    ..ListSpec::of(|f| &mut f.common)
};

pub async fn all(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    let found = build::list(ctx.call()?, &query.filter, &query.page).await?;
    page(&ctx.links, "/v3/builds", &query, &found, |b| present::build(&ctx.links, b), None)
}

pub async fn of_app(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &OF_APP)?;
    let app = request.guid();
    let found = build::list_of_app(ctx.call()?, &app, query.filter.clone(), &query.page).await?;
    let path = format!("/v3/apps/{app}/builds");
    page(&ctx.links, &path, &query, &found, |b| present::build(&ctx.links, b), None)
}
