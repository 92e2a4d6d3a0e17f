//! `processes_list`, `app_processes_list`

use super::present::{self, Command};
use crate::list::{ListQuery, ListSpec, page};
use crate::service::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, process};
use cc_domain::guid::Guid;
use cc_domain::list::Page;
use cc_domain::process::{Process, ProcessFilter};

pub(super) const EMBED: &[&str] = &["process_instances"];

const SPEC: ListSpec = ListSpec {
    filters: &["types", "app_guids", "space_guids", "organization_guids"],
    labels: true,
    embed: EMBED,
    ..ListSpec::PLAIN
};
const OF_APP: ListSpec = ListSpec { filters: &["types"], ..SPEC };

pub async fn all(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    let found = process::list(&ctx.ports, ctx.actor()?, &filter(&query), &query.page).await?;
    shown(&ctx, "/v3/processes", &query, &found).await
}

pub async fn of_app(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &OF_APP)?;
    let app = request.guid();
    let found = process::list_of_app(&ctx.ports, ctx.actor()?, &app, &filter(&query), &query.page).await?;
    shown(&ctx, &format!("/v3/apps/{app}/processes"), &query, &found).await
}

fn filter(query: &ListQuery) -> ProcessFilter {
    ProcessFilter {
        common: query.common.clone(),
        types: query.any_of("types"),
        app_guids: query.any_of("app_guids"),
        space_guids: query.any_of("space_guids"),
        organization_guids: query.any_of("organization_guids"),
    }
}

async fn shown(ctx: &Ctx, path: &str, query: &ListQuery, found: &Page<Process>) -> Result<Answer, Fault> {
    let spaces = process::spaces_of(&ctx.ports, &found.items).await?;
    let embedded =
        if query.embed.is_empty() { None } else { Some(process::embedded(&ctx.ports, &found.items).await?) };
    let unknown = Guid::new("");
    page(
        &ctx.links,
        path,
        query,
        found,
        |p| {
            let space = spaces.get(&p.app).unwrap_or(&unknown);
            let instances =
                embedded.as_ref().map(|all| all.get(p.guid.as_str()).map(Vec::as_slice).unwrap_or_default());
            present::process(&ctx.links, p, space, Command::HiddenInList, instances)
        },
        None,
    )
}
