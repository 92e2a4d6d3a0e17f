//! `deployments_list`

use super::present;
use crate::list::{ListQuery, ListSpec, Takes, page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, deployment};
use cc_domain::deployment::DeploymentFilter;

const SPEC: ListSpec<DeploymentFilter> = ListSpec {
    parameters: &[
        ("app_guids", Takes::List(|f, v| f.app_guids = v)),
        ("states", Takes::List(|f, v| f.states = v)),
        ("status_reasons", Takes::List(|f, v| f.status_reasons = v)),
        ("status_values", Takes::List(|f, v| f.status_values = v)),
        ("label_selector", Takes::Labels),
    ],
    ..ListSpec::of(|f| &mut f.common)
};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    let found = deployment::list(ctx.call()?, &query.filter, &query.page).await?;
    page(&ctx.links, "/v3/deployments", &query, &found, |d| present::deployment(&ctx.links, d), None)
}
