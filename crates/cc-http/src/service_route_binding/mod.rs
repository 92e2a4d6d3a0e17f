//! `/v3/service_route_bindings`

mod get;
mod list;

use crate::operation::Operation;

pub const OPERATIONS: &[Operation] = &[
    Operation::get(
        "/v3/service_route_bindings",
        "service_route_bindings_list",
        "list of service_route_binding",
        |c, r| Box::pin(list::handle(c, r)),
    ),
    Operation::get(
        "/v3/service_route_bindings/{guid}",
        "service_route_binding_get",
        "service_route_binding",
        |c, r| Box::pin(get::handle(c, r)),
    ),
];
