//! `processes_list`, `app_processes_list`

use super::present::{self, Command};
use crate::list::{Check, Given, ListQuery, ListSpec, Takes, named, page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, process};
use cc_domain::app::ports::AppPlace;
use cc_domain::app::{App, LifecycleKind};
use cc_domain::guid::Guid;
use cc_domain::list::Page;
use cc_domain::process::{Process, ProcessFilter};

pub(super) const EMBED: &[&str] = &["process_instances"];

/// The filter, and the app whose processes are meant.
#[derive(Default)]
struct Asked {
    processes: ProcessFilter,
    app: Option<Guid<App>>,
}

const SPEC: ListSpec<Asked> = ListSpec {
    parameters: &[
        ("app_guid", Takes::Text(|f, text| f.app = named(text))),
        ("types", Takes::AnyList(|f, v| f.processes.types = v)),
        ("space_guids", Takes::List(|f, v| f.processes.space_guids = v)),
        ("organization_guids", Takes::List(|f, v| f.processes.organization_guids = v)),
        ("app_guids", Takes::List(|f, v| f.processes.app_guids = v)),
        ("embed", Takes::Embed(EMBED)),
        ("label_selector", Takes::Labels),
    ],
    checks: &[Check::Unknown, Check::Embed, Check::AnyLists, Check::Lists, Check::Of(nested)],
    not_in_links: &["app_guid"],
    ..ListSpec::of(|f| &mut f.processes.common)
};
const OF_APP: ListSpec<Asked> = ListSpec {
    checks: &[Check::Unknown, Check::Embed, Check::AnyLists, Check::Lists, Check::Of(in_app)],
    ..SPEC
};

pub async fn all(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    if let Some(app) = query.filter.app.clone() {
        return listed_of_app(&ctx, &app, &query).await;
    }
    let found = process::list(ctx.call()?, &query.filter.processes, &query.page).await?;
    shown(&ctx, "/v3/processes", &query, &found).await
}

/// A blank guid names no app, and is as if it were not there.
pub async fn of_app(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    if request.guid::<App>().as_str().trim().is_empty() {
        return all(ctx, request).await;
    }
    let query = ListQuery::read(&request.query, &OF_APP)?;
    listed_of_app(&ctx, &request.guid(), &query).await
}

async fn listed_of_app(ctx: &Ctx, app: &Guid<App>, query: &ListQuery<Asked>) -> Result<Answer, Fault> {
    let found = process::list_of_app(ctx.call()?, app, &query.filter.processes, &query.page).await?;
    shown(ctx, &format!("/v3/apps/{app}/processes"), query, &found).await
}

async fn shown(
    ctx: &Ctx,
    path: &str,
    query: &ListQuery<Asked>,
    found: &Page<Process>,
) -> Result<Answer, Fault> {
    let places = process::app_places(&ctx.ports, &found.items).await?;
    let embedded =
        if query.embed.is_empty() { None } else { Some(process::embedded(&ctx.ports, &found.items).await?) };
    let gone = AppPlace { space: Guid::new(""), lifecycle: LifecycleKind::Buildpack };
    page(
        &ctx.links,
        path,
        query,
        found,
        |p| {
            let place = places.get(&p.app).unwrap_or(&gone);
            let user = place.lifecycle.default_user();
            let instances =
                embedded.as_ref().map(|all| all.get(p.guid.as_str()).map(Vec::as_slice).unwrap_or_default());
            present::process(&ctx.links, p, &place.space, user, Command::HiddenInList, instances)
        },
        None,
    )
}

/// Those of an app are asked with the app's guid: what else says of which apps is refused then.
fn nested(given: &Given<'_>) -> Vec<String> {
    if given.is_present("app_guid") { in_app(given) } else { Vec::new() }
}

fn in_app(given: &Given<'_>) -> Vec<String> {
    given.refused(&["app_guids", "organization_guids", "space_guids"])
}
