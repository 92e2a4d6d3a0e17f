//! `/v3/sidecars`, and those of apps and processes

mod body;
mod create;
mod delete;
mod get;
mod list;
mod present;
mod update;

use crate::operation::Gives::{Empty, ListOf, One};
use crate::operation::{Operation, on};

#[rustfmt::skip] // A line an operation.
pub const OPERATIONS: &[Operation] = &[
    Operation::post("/v3/apps/{guid}/sidecars", "sidecar_create", One("sidecar"), on!(create::handle)),
    Operation::patch("/v3/sidecars/{guid}", "sidecar_update", One("sidecar"), on!(update::handle)),
    Operation::delete("/v3/sidecars/{guid}", "sidecar_delete", Empty, on!(delete::handle)),
    Operation::get("/v3/sidecars/{guid}", "sidecar_get", One("sidecar"), on!(get::handle)),
    Operation::get("/v3/apps/{guid}/sidecars", "app_sidecars_list", ListOf("sidecar"), on!(list::of_app)),
    Operation::get("/v3/processes/{guid}/sidecars", "process_sidecars_list", ListOf("sidecar"), on!(list::of_process)),
];
