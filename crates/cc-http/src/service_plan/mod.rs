//! `/v3/service_plans`

mod get;
mod list;

use crate::operation::Operation;

pub const OPERATIONS: &[Operation] = &[
    Operation::get("/v3/service_plans", "service_plans_list", "list of service_plan", |c, r| {
        Box::pin(list::handle(c, r))
    })
    .anonymous(),
    Operation::get("/v3/service_plans/{guid}", "service_plan_get", "service_plan", |c, r| {
        Box::pin(get::handle(c, r))
    })
    .anonymous(),
];
