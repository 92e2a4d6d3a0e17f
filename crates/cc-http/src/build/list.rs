//! `builds_list`, `app_builds_list`

use super::present;
use crate::list::{Check, ListQuery, ListSpec, page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, build};
use cc_domain::build::BuildFilter;

const SPEC: ListSpec = ListSpec {
    parameters: &["app_guids", "package_guids", "states", "label_selector"],
    checks: &[Check::Unknown, Check::Lists(&["app_guids", "package_guids", "states"])],
    ..ListSpec::PLAIN
};
const OF_APP: ListSpec = ListSpec {
    parameters: &["states", "label_selector"],
    checks: &[Check::Unknown, Check::Lists(&["states"])],
    ..ListSpec::PLAIN
};

pub async fn all(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    let found = build::list(ctx.call()?, &filter(&query), &query.page).await?;
    page(&ctx.links, "/v3/builds", &query, &found, |b| present::build(&ctx.links, b), None)
}

pub async fn of_app(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &OF_APP)?;
    let app = request.guid();
    let found = build::list_of_app(ctx.call()?, &app, filter(&query), &query.page).await?;
    let path = format!("/v3/apps/{app}/builds");
    page(&ctx.links, &path, &query, &found, |b| present::build(&ctx.links, b), None)
}

fn filter(query: &ListQuery) -> BuildFilter {
    BuildFilter {
        common: query.common.clone(),
        states: query.any_of("states"),
        app_guids: query.any_of("app_guids"),
        package_guids: query.any_of("package_guids"),
    }
}
