//! `/v3/service_credential_bindings`

mod get;
mod list;

use crate::operation::Operation;

pub const OPERATIONS: &[Operation] = &[
    Operation::get(
        "/v3/service_credential_bindings",
        "service_credential_bindings_list",
        "list of service_credential_binding",
        |c, r| Box::pin(list::handle(c, r)),
    ),
    Operation::get(
        "/v3/service_credential_bindings/{guid}",
        "service_credential_binding_get",
        "service_credential_binding",
        |c, r| Box::pin(get::handle(c, r)),
    ),
];
