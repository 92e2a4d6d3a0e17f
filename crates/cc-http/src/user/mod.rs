//! `/v3/users`

mod create;
mod delete;
mod get;
mod list;
pub(crate) mod present;
mod update;

pub(crate) use list::IN_A_PLACE;

use crate::operation::Gives::{Empty, ListOf, One};
use crate::operation::{Operation, on};

pub const OPERATIONS: &[Operation] = &[
    Operation::post("/v3/users", "user_create", One("user"), on!(create::handle)),
    Operation::get("/v3/users", "users_list", ListOf("user"), on!(list::handle)),
    Operation::get("/v3/users/{guid}", "user_get", One("user"), on!(get::handle)),
    Operation::patch("/v3/users/{guid}", "user_update", One("user"), on!(update::handle)),
    Operation::delete("/v3/users/{guid}", "user_delete", Empty, on!(delete::handle)),
];
