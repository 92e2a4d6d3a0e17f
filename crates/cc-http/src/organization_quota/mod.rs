//! `/v3/organization_quotas`

mod get;
mod list;
mod present;

use crate::operation::Operation;

pub const OPERATIONS: &[Operation] = &[
    Operation::get(
        "/v3/organization_quotas",
        "organization_quotas_list",
        "list of organization_quota",
        |c, r| Box::pin(list::handle(c, r)),
    ),
    Operation::get(
        "/v3/organization_quotas/{guid}",
        "organization_quota_get",
        "organization_quota",
        |c, r| Box::pin(get::handle(c, r)),
    ),
];
