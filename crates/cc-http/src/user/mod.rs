//! `/v3/users`

mod create;
mod delete;
mod get;
mod list;
pub(crate) mod present;
mod update;

pub(crate) use list::{IN_A_PLACE, filter};

use crate::operation::Operation;

pub const OPERATIONS: &[Operation] = &[
    Operation::post("/v3/users", "user_create", "user", |c, r| Box::pin(create::handle(c, r))),
    Operation::get("/v3/users", "users_list", "list of user", |c, r| Box::pin(list::handle(c, r))),
    Operation::get("/v3/users/{guid}", "user_get", "user", |c, r| Box::pin(get::handle(c, r))),
    Operation::patch("/v3/users/{guid}", "user_update", "user", |c, r| Box::pin(update::handle(c, r))),
    Operation::delete("/v3/users/{guid}", "user_delete", "empty", |c, r| Box::pin(delete::handle(c, r))),
];
