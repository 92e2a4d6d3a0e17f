//! `/v3/organizations`

mod create;
mod default_isolation_segment;
mod delete;
mod get;
pub(crate) mod list;
pub(crate) mod present;
mod update;
mod usage_summary;
mod users;

use crate::operation::Gives::{Empty, ListOf, One};
use crate::operation::{Operation, on};

#[rustfmt::skip] // A line an operation.
pub const OPERATIONS: &[Operation] = &[
    Operation::post("/v3/organizations", "organization_create", One("organization"), on!(create::handle)),
    Operation::get("/v3/organizations", "organizations_list", ListOf("organization"), on!(list::handle)),
    Operation::get("/v3/organizations/{guid}", "organization_get", One("organization"), on!(get::handle)),
    Operation::patch("/v3/organizations/{guid}", "organization_update", One("organization"), on!(update::handle)),
    Operation::delete("/v3/organizations/{guid}", "organization_delete", Empty, on!(delete::handle)),
    Operation::get("/v3/organizations/{guid}/users", "organization_users_list", ListOf("user"), on!(users::handle)),
    Operation::get("/v3/organizations/{guid}/relationships/default_isolation_segment", "organization_default_isolation_segment_get", One("relationship_to_one"), on!(default_isolation_segment::get)),
    Operation::patch("/v3/organizations/{guid}/relationships/default_isolation_segment", "organization_default_isolation_segment_set", One("relationship_to_one"), on!(default_isolation_segment::set)),
    Operation::get("/v3/organizations/{guid}/usage_summary", "organization_usage_summary_get", One("organization_usage_summary"), on!(usage_summary::handle)),
];
