//! `/v3/processes` and `/v3/apps/{guid}/processes`

mod get;
mod health_check;
mod list;
pub(crate) mod present;
mod scale;
mod stats;
mod terminate;
mod update;

use crate::operation::Gives::{Empty, ListOf, One};
use crate::operation::{Operation, on};
use crate::server::Ctx;
use crate::wire::Request;
use cc_actions::{Fault, process};
use cc_domain::guid::Guid;
use cc_domain::process::Process;

#[rustfmt::skip] // A line an operation.
pub const OPERATIONS: &[Operation] = &[
    Operation::get("/v3/processes", "processes_list", ListOf("process"), on!(list::all)),
    Operation::get("/v3/processes/{guid}", "process_get", One("process"), on!(get::handle)),
    Operation::patch("/v3/processes/{guid}", "process_update", One("process"), on!(update::handle)),
    Operation::get("/v3/processes/{guid}/stats", "process_stats_get", One("process_stats"), on!(stats::handle)),
    Operation::get("/v3/processes/{guid}/process_instances", "process_instances_list", One("process_instances"), on!(stats::instances)),
    Operation::post("/v3/processes/{guid}/actions/scale", "process_scale", One("process"), on!(scale::handle)),
    Operation::delete("/v3/processes/{guid}/instances/{index}", "process_instance_terminate", Empty, on!(terminate::handle)),
    Operation::get("/v3/apps/{guid}/processes", "app_processes_list", ListOf("process"), on!(list::of_app)),
    Operation::get("/v3/apps/{guid}/processes/{type}", "app_process_get", One("process"), on!(get::handle)),
    Operation::patch("/v3/apps/{guid}/processes/{type}", "app_process_update", One("process"), on!(update::handle)),
    Operation::get("/v3/apps/{guid}/processes/{type}/stats", "app_process_stats_get", One("process_stats"), on!(stats::handle)),
    Operation::post("/v3/apps/{guid}/processes/{type}/actions/scale", "app_process_scale", One("process"), on!(scale::handle)),
    Operation::delete("/v3/apps/{guid}/processes/{type}/instances/{index}", "app_process_instance_terminate", Empty, on!(terminate::handle)),
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
