//! `/v3/service_instances`

mod get;
mod list;

use crate::operation::Operation;

pub const OPERATIONS: &[Operation] = &[
    Operation::get("/v3/service_instances", "service_instances_list", "list of service_instance", |c, r| {
        Box::pin(list::handle(c, r))
    }),
    Operation::get("/v3/service_instances/{guid}", "service_instance_get", "service_instance", |c, r| {
        Box::pin(get::handle(c, r))
    }),
];
