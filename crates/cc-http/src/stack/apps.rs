//! `stack_apps_list`

use crate::app::list::SPEC;
use crate::app::present;
use crate::list::{ListQuery, page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, app, stack};
use cc_domain::app::AppFilter;

/// `include` is taken and does nothing here, and the links of the page carry no filters, as in the reference.
pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let found = stack::get(ctx.call()?, &request.guid()).await?;
    let query = ListQuery::read(&request.query, &SPEC)?;
    let filter = AppFilter { stacks: Some(vec![found.name.to_string()]), ..query.filter.clone() };
    let wanted = app::Wanted::default();
    let (apps, _) = app::list(ctx.call()?, &filter, &query.page, wanted).await?;
    let (path, query) = (format!("/v3/stacks/{}/apps", found.guid), query.without_filters());
    page(&ctx.links, &path, &query, &apps, |a| present::app(&ctx.links, a), None)
}
