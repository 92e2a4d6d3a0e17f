//! `/v3/organization_quotas`

mod get;
mod list;
mod present;

use crate::operation::Gives::{ListOf, One};
use crate::operation::{Operation, on};

#[rustfmt::skip] // A line an operation.
pub const OPERATIONS: &[Operation] = &[
    Operation::get("/v3/organization_quotas", "organization_quotas_list", ListOf("organization_quota"), on!(list::handle)),
    Operation::get("/v3/organization_quotas/{guid}", "organization_quota_get", One("organization_quota"), on!(get::handle)),
];
