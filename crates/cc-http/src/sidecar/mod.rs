//! `/v3/sidecars`, and those of apps and processes

mod get;
mod list;
mod present;

use crate::operation::Gives::{ListOf, One};
use crate::operation::{Operation, on};

#[rustfmt::skip] // A line an operation.
pub const OPERATIONS: &[Operation] = &[
    Operation::get("/v3/sidecars/{guid}", "sidecar_get", One("sidecar"), on!(get::handle)),
    Operation::get("/v3/apps/{guid}/sidecars", "app_sidecars_list", ListOf("sidecar"), on!(list::of_app)),
    Operation::get("/v3/processes/{guid}/sidecars", "process_sidecars_list", ListOf("sidecar"), on!(list::of_process)),
];
