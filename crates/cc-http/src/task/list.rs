//! `tasks_list`, `app_tasks_list`

use super::present;
use crate::list::{Check, Given, ListQuery, ListSpec, Takes, page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, task};
use cc_domain::guid::Guid;
use cc_domain::task::TaskFilter;

const SPEC: ListSpec<TaskFilter> = ListSpec {
    parameters: &[
        ("names", Takes::List(|f, v| f.names = v)),
        ("states", Takes::List(|f, v| f.states = v)),
        ("app_guids", Takes::List(|f, v| f.app_guids = v)),
        ("organization_guids", Takes::List(|f, v| f.organization_guids = v)),
        ("space_guids", Takes::List(|f, v| f.space_guids = v)),
        ("app_guid", Takes::Nothing),
        ("sequence_ids", Takes::List(|f, v| f.sequence_ids = v)),
        ("label_selector", Takes::Labels),
    ],
    checks: &[Check::Unknown, Check::Lists, Check::Of(of_all_apps)],
    not_in_links: &["app_guid"],
    ..ListSpec::of(|f| &mut f.common)
};
const OF_APP: ListSpec<TaskFilter> =
    ListSpec { checks: &[Check::Unknown, Check::Lists, Check::Of(of_one_app)], ..SPEC };

/// Those of all apps, whose commands nobody sees. Those of one if the query names it, as the reference has it.
pub async fn all(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let app = request.query_value("app_guid").unwrap_or_default();
    listed(ctx, request, &app).await
}

/// A blank guid is that of no app, and asks for all.
pub async fn of_app(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let app = request.param("guid").to_owned();
    listed(ctx, request, &app).await
}

async fn listed(ctx: Ctx, request: Request, app: &str) -> Result<Answer, Fault> {
    if app.trim().is_empty() {
        let query = ListQuery::read(&request.query, &SPEC)?;
        let found = task::list(ctx.call()?, &query.filter, &query.page).await?;
        return page(&ctx.links, "/v3/tasks", &query, &found, |t| present::task(&ctx.links, t, false), None);
    }
    let (app, query) = (Guid::new(app), ListQuery::read(&request.query, &OF_APP)?);
    let (found, sees_secrets) =
        task::list_of_app(ctx.call()?, &app, query.filter.clone(), &query.page).await?;
    let path = format!("/v3/apps/{app}/tasks");
    page(&ctx.links, &path, &query, &found, |t| present::task(&ctx.links, t, sees_secrets), None)
}

fn of_all_apps(given: &Given<'_>) -> Vec<String> {
    if given.is_present("app_guid") { of_one_app(given) } else { given.refused(&["sequence_ids"]) }
}

fn of_one_app(given: &Given<'_>) -> Vec<String> {
    given.refused(&["space_guids", "organization_guids", "app_guids"])
}
