//! `/v3/organizations`

mod create;
mod delete;
mod get;
mod list;
pub(crate) mod present;
mod update;

use crate::operation::Operation;

pub const OPERATIONS: &[Operation] = &[
    Operation::post("/v3/organizations", "organization_create", "organization", |c, r| {
        Box::pin(create::handle(c, r))
    }),
    Operation::get("/v3/organizations", "organizations_list", "list of organization", |c, r| {
        Box::pin(list::handle(c, r))
    }),
    Operation::get("/v3/organizations/{guid}", "organization_get", "organization", |c, r| {
        Box::pin(get::handle(c, r))
    }),
    Operation::patch("/v3/organizations/{guid}", "organization_update", "organization", |c, r| {
        Box::pin(update::handle(c, r))
    }),
    Operation::delete("/v3/organizations/{guid}", "organization_delete", "empty", |c, r| {
        Box::pin(delete::handle(c, r))
    }),
];
