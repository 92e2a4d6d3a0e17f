//! `/v3/service_offerings`

mod get;
mod list;

use crate::operation::Operation;

pub const OPERATIONS: &[Operation] = &[
    Operation::get("/v3/service_offerings", "service_offerings_list", "list of service_offering", |c, r| {
        Box::pin(list::handle(c, r))
    })
    .anonymous(),
    Operation::get("/v3/service_offerings/{guid}", "service_offering_get", "service_offering", |c, r| {
        Box::pin(get::handle(c, r))
    })
    .anonymous(),
];
