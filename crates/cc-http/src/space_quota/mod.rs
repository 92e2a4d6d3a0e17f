//! `/v3/space_quotas`

mod get;
mod list;

use crate::operation::Operation;

pub const OPERATIONS: &[Operation] = &[
    Operation::get("/v3/space_quotas", "space_quotas_list", "list of space_quota", |c, r| {
        Box::pin(list::handle(c, r))
    }),
    Operation::get("/v3/space_quotas/{guid}", "space_quota_get", "space_quota", |c, r| {
        Box::pin(get::handle(c, r))
    }),
];
