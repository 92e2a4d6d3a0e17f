//! `/v3/deployments`: there are none yet.

mod get;
mod list;

use crate::operation::Operation;

pub const OPERATIONS: &[Operation] = &[
    Operation::get("/v3/deployments", "deployments_list", "list of deployment", |c, r| {
        Box::pin(list::handle(c, r))
    }),
    Operation::get("/v3/deployments/{guid}", "deployment_get", "deployment", |c, r| {
        Box::pin(get::handle(c, r))
    }),
];
