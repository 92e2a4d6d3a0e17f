//! `/v3/organization_quotas`

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
    Operation::post("/v3/organization_quotas", "organization_quota_create", One("organization_quota"), on!(create::handle)),
    Operation::get("/v3/organization_quotas", "organization_quotas_list", ListOf("organization_quota"), on!(list::handle)),
    Operation::get("/v3/organization_quotas/{guid}", "organization_quota_get", One("organization_quota"), on!(get::handle)),
    Operation::patch("/v3/organization_quotas/{guid}", "organization_quota_update", One("organization_quota"), on!(update::handle)),
    Operation::delete("/v3/organization_quotas/{guid}", "organization_quota_delete", Empty, on!(delete::handle)),
    Operation::post("/v3/organization_quotas/{guid}/relationships/organizations", "organization_quota_apply", One("relationship_to_many"), on!(apply::handle)),
];
