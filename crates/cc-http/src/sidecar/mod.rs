//! `/v3/sidecars`, and those of apps and processes

mod get;
mod list;
mod present;

use crate::operation::Operation;

pub const OPERATIONS: &[Operation] = &[
    Operation::get("/v3/sidecars/{guid}", "sidecar_get", "sidecar", |c, r| Box::pin(get::handle(c, r))),
    Operation::get("/v3/apps/{guid}/sidecars", "app_sidecars_list", "list of sidecar", |c, r| {
        Box::pin(list::of_app(c, r))
    }),
    Operation::get("/v3/processes/{guid}/sidecars", "process_sidecars_list", "list of sidecar", |c, r| {
        Box::pin(list::of_process(c, r))
    }),
];
