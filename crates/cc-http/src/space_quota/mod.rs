//! `/v3/space_quotas`

mod get;
mod list;

use crate::operation::Gives::{ListOf, One};
use crate::operation::{Operation, on};

pub const OPERATIONS: &[Operation] = &[
    Operation::get("/v3/space_quotas", "space_quotas_list", ListOf("space_quota"), on!(list::handle)),
    Operation::get("/v3/space_quotas/{guid}", "space_quota_get", One("space_quota"), on!(get::handle)),
];
