//! `/v3/organizations`

mod create;
mod default_isolation_segment;
mod delete;
mod get;
mod list;
pub(crate) mod present;
mod update;
mod users;

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
    Operation::get("/v3/organizations/{guid}/users", "organization_users_list", "list of user", |c, r| {
        Box::pin(users::handle(c, r))
    }),
    Operation::get(
        "/v3/organizations/{guid}/relationships/default_isolation_segment",
        "organization_default_isolation_segment_get",
        "relationship_to_one",
        |c, r| Box::pin(default_isolation_segment::handle(c, r)),
    ),
];
