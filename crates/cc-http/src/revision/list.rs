//! `app_revisions_list`, `app_deployed_revisions_list`

use super::present;
use crate::list::{Check, Given, ListQuery, ListSpec, Takes, page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, revision};
use cc_domain::list::{AnyOf, Common};
use cc_domain::revision::RevisionFilter;

const SPEC: ListSpec<(Common, AnyOf)> = ListSpec {
    parameters: &[
        ("versions", Takes::List(|f, v| f.1 = v)),
        ("deployable", Takes::Nothing),
        ("label_selector", Takes::Labels),
    ],
    checks: &[Check::Unknown, Check::Lists, Check::Of(deployable)],
    ..ListSpec::of(|f| &mut f.0)
};

pub async fn of_app(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    let (common, versions) = query.filter.clone();
    let filter = RevisionFilter { common, app: request.guid(), versions, is_deployed: false };
    shown(&ctx, &query, &filter, "revisions").await
}

/// Its filters are checked and not applied, as in the reference.
pub async fn deployed(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &ListSpec::PLAIN)?;
    let filter =
        RevisionFilter { common: Common::default(), app: request.guid(), versions: None, is_deployed: true };
    shown(&ctx, &query, &filter, "revisions/deployed").await
}

async fn shown<F>(
    ctx: &Ctx,
    query: &ListQuery<F>,
    filter: &RevisionFilter,
    rest: &str,
) -> Result<Answer, Fault> {
    let found = revision::list(ctx.call()?, filter, &query.page).await?;
    let path = format!("/v3/apps/{}/{rest}", filter.app);
    page(&ctx.links, &path, query, &found, |r| present::revision(&ctx.links, r), None)
}

/// The reference compares the text of the query with a boolean, so that no value is right.
fn deployable(given: &Given<'_>) -> Vec<String> {
    given.get("deployable").map(|_| "Deployable must be a boolean".to_owned()).into_iter().collect()
}
