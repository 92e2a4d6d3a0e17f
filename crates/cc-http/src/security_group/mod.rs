//! `/v3/security_groups`

mod bind;
mod body;
mod create;
mod delete;
mod get;
mod list;
pub(crate) mod present;
mod update;

use crate::operation::Gives::{Empty, ListOf, One};
use crate::operation::{Operation, on};

#[rustfmt::skip] // A line an operation.
pub const OPERATIONS: &[Operation] = &[
    Operation::post("/v3/security_groups", "security_group_create", One("security_group"), on!(create::handle)),
    Operation::get("/v3/security_groups", "security_groups_list", ListOf("security_group"), on!(list::handle)),
    Operation::get("/v3/security_groups/{guid}", "security_group_get", One("security_group"), on!(get::handle)),
    Operation::patch("/v3/security_groups/{guid}", "security_group_update", One("security_group"), on!(update::handle)),
    Operation::delete("/v3/security_groups/{guid}", "security_group_delete", Empty, on!(delete::handle)),
    Operation::post("/v3/security_groups/{guid}/relationships/running_spaces", "security_group_bind_running", One("relationship_to_many"), on!(bind::running)),
    Operation::delete("/v3/security_groups/{guid}/relationships/running_spaces/{space_guid}", "security_group_unbind_running", Empty, on!(bind::not_running)),
    Operation::post("/v3/security_groups/{guid}/relationships/staging_spaces", "security_group_bind_staging", One("relationship_to_many"), on!(bind::staging)),
    Operation::delete("/v3/security_groups/{guid}/relationships/staging_spaces/{space_guid}", "security_group_unbind_staging", Empty, on!(bind::not_staging)),
];
