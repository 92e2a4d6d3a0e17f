//! `buildpacks_list`

use super::present;
use crate::list::{ListQuery, ListSpec, page};
use crate::service::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, buildpack};
use cc_domain::app::LifecycleKind;
use cc_domain::buildpack::BuildpackFilter;
use cc_domain::list::OrderKey;

const SPEC: ListSpec = ListSpec {
    filters: &["stacks", "names", "lifecycle"],
    order_by: &[("position", OrderKey::Position), ("lifecycle", OrderKey::Lifecycle)],
    labels: true,
    ..ListSpec::PLAIN
};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    let filter = BuildpackFilter {
        common: query.common.clone(),
        names: query.any_of("names"),
        stacks: query.any_of("stacks"),
        lifecycle: query.text("lifecycle").map(lifecycle).transpose()?,
    };
    let found = buildpack::list(&ctx.ports, &filter, &query.page).await?;
    page(&ctx.links, "/v3/buildpacks", &query, &found, |b| present::buildpack(&ctx.links, b), None)
}

fn lifecycle(text: &str) -> Result<LifecycleKind, Fault> {
    match text.parse() {
        Ok(kind @ (LifecycleKind::Buildpack | LifecycleKind::Cnb)) => Ok(kind),
        Ok(LifecycleKind::Docker) | Err(()) => {
            Err(Fault::bad_query("Lifecycle must be either \"buildpack\" or \"cnb\""))
        }
    }
}
