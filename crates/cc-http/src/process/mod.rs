//! `/v3/processes` and `/v3/apps/{guid}/processes`

mod body;
mod get;
mod list;
pub(crate) mod present;
mod scale;
mod stats;
mod terminate;
mod update;

use crate::operation::Operation;
use crate::server::Ctx;
use crate::wire::Request;
use cc_actions::{Fault, process};
use cc_domain::guid::Guid;
use cc_domain::process::Process;

pub const OPERATIONS: &[Operation] = &[
    Operation::get("/v3/processes", "processes_list", "list of process", |c, r| Box::pin(list::all(c, r))),
    Operation::get("/v3/processes/{guid}", "process_get", "process", |c, r| Box::pin(get::handle(c, r))),
    Operation::patch("/v3/processes/{guid}", "process_update", "process", |c, r| {
        Box::pin(update::handle(c, r))
    }),
    Operation::get("/v3/processes/{guid}/stats", "process_stats_get", "process_stats", |c, r| {
        Box::pin(stats::handle(c, r))
    }),
    Operation::get(
        "/v3/processes/{guid}/process_instances",
        "process_instances_list",
        "process_instances",
        |c, r| Box::pin(stats::instances(c, r)),
    ),
    Operation::post("/v3/processes/{guid}/actions/scale", "process_scale", "process", |c, r| {
        Box::pin(scale::handle(c, r))
    }),
    Operation::delete(
        "/v3/processes/{guid}/instances/{index}",
        "process_instance_terminate",
        "empty",
        |c, r| Box::pin(terminate::handle(c, r)),
    ),
    Operation::get("/v3/apps/{guid}/processes", "app_processes_list", "list of process", |c, r| {
        Box::pin(list::of_app(c, r))
    }),
    Operation::get("/v3/apps/{guid}/processes/{type}", "app_process_get", "process", |c, r| {
        Box::pin(get::handle(c, r))
    }),
    Operation::patch("/v3/apps/{guid}/processes/{type}", "app_process_update", "process", |c, r| {
        Box::pin(update::handle(c, r))
    }),
    Operation::get(
        "/v3/apps/{guid}/processes/{type}/stats",
        "app_process_stats_get",
        "process_stats",
        |c, r| Box::pin(stats::handle(c, r)),
    ),
    Operation::post(
        "/v3/apps/{guid}/processes/{type}/actions/scale",
        "app_process_scale",
        "process",
        |c, r| Box::pin(scale::handle(c, r)),
    ),
    Operation::delete(
        "/v3/apps/{guid}/processes/{type}/instances/{index}",
        "app_process_instance_terminate",
        "empty",
        |c, r| Box::pin(terminate::handle(c, r)),
    ),
];

/// The process that the path names, by its guid or by app and type; and whether its command may be shown.
async fn named(ctx: &Ctx, request: &Request) -> Result<(Process, bool), Fault> {
    match request.param("type") {
        "" => process::get(ctx.call()?, &request.guid()).await,
        kind => process::of_app_and_type(ctx.call()?, &request.guid(), kind).await,
    }
}

/// Its guid alone; without a type in the path no question is asked for it.
async fn guid_of(ctx: &Ctx, request: &Request) -> Result<Guid<Process>, Fault> {
    if request.param("type").is_empty() { Ok(request.guid()) } else { Ok(named(ctx, request).await?.0.guid) }
}
