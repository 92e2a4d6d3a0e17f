//! `/v3/space_quotas`

mod apply;
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
    Operation::post("/v3/space_quotas", "space_quota_create", One("space_quota"), on!(create::handle)),
    Operation::get("/v3/space_quotas", "space_quotas_list", ListOf("space_quota"), on!(list::handle)),
    Operation::get("/v3/space_quotas/{guid}", "space_quota_get", One("space_quota"), on!(get::handle)),
    Operation::patch("/v3/space_quotas/{guid}", "space_quota_update", One("space_quota"), on!(update::handle)),
    Operation::delete("/v3/space_quotas/{guid}", "space_quota_delete", Empty, on!(delete::handle)),
    Operation::post("/v3/space_quotas/{guid}/relationships/spaces", "space_quota_apply", One("relationship_to_many"), on!(apply::apply)),
    Operation::delete("/v3/space_quotas/{guid}/relationships/spaces/{space_guid}", "space_quota_remove", Empty, on!(apply::remove)),
];
