//! `app_sidecars_list`, `process_sidecars_list`

use super::present;
use crate::list::{ListQuery, ListSpec, page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, sidecar};

pub async fn of_app(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &ListSpec::PLAIN)?;
    let app = request.guid();
    let common = query.filter.clone();
    let found = sidecar::list_of_app(ctx.call()?, &app, common, &query.page).await?;
    let path = format!("/v3/apps/{app}/sidecars");
    page(&ctx.links, &path, &query.without_filters(), &found, present::sidecar, None)
}

pub async fn of_process(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &ListSpec::PLAIN)?;
    let process = request.guid();
    let common = query.filter.clone();
    let found = sidecar::list_of_process(ctx.call()?, &process, common, &query.page).await?;
    let path = format!("/v3/processes/{process}/sidecars");
    page(&ctx.links, &path, &query.without_filters(), &found, present::sidecar, None)
}
