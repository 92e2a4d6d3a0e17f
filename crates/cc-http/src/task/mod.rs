//! `/v3/tasks`, and those of apps

mod body;
mod cancel;
mod create;
mod get;
mod list;
mod present;
mod update;

use crate::operation::Gives::{ListOf, One};
use crate::operation::{Operation, on};

#[rustfmt::skip] // A line an operation.
pub const OPERATIONS: &[Operation] = &[
    Operation::post("/v3/apps/{guid}/tasks", "task_create", One("task"), on!(create::handle)),
    Operation::get("/v3/apps/{guid}/tasks", "app_tasks_list", ListOf("task"), on!(list::of_app)),
    Operation::get("/v3/tasks", "tasks_list", ListOf("task"), on!(list::all)),
    Operation::get("/v3/tasks/{guid}", "task_get", One("task"), on!(get::handle)),
    Operation::patch("/v3/tasks/{guid}", "task_update", One("task"), on!(update::handle)),
    Operation::post("/v3/tasks/{guid}/actions/cancel", "task_cancel", One("task"), on!(cancel::handle)),
    Operation::put("/v3/tasks/{guid}/cancel", "task_cancel_put_short", One("task"), on!(cancel::handle)),
];
