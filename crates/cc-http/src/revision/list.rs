//! `app_revisions_list`, `app_deployed_revisions_list`: there are none yet.

use crate::list::{ListQuery, ListSpec, empty_page};
use crate::service::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, app};

const SPEC: ListSpec = ListSpec { filters: &["versions", "deployable"], labels: true, ..ListSpec::PLAIN };

pub async fn of_app(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    if query.text("deployable").is_some() {
        // The reference compares the text of the query with a boolean, so that no value is right.
        return Err(Fault::bad_query("Deployable must be a boolean"));
    }
    empty(&ctx, &request, &query, "revisions").await
}

pub async fn deployed(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &ListSpec::PLAIN)?;
    empty(&ctx, &request, &query, "revisions/deployed").await
}

async fn empty(ctx: &Ctx, request: &Request, query: &ListQuery, rest: &str) -> Result<Answer, Fault> {
    let guid = request.guid();
    app::get(&ctx.ports, ctx.actor()?, &guid, app::Wanted::default()).await?;
    empty_page(&ctx.links, &format!("/v3/apps/{guid}/{rest}"), query)
}
