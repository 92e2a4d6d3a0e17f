//! `/v3/feature_flags`

mod get;
mod list;
mod present;
mod update;

use crate::operation::Operation;

pub const OPERATIONS: &[Operation] = &[
    Operation::get("/v3/feature_flags", "feature_flags_list", "list of feature_flag", |c, r| {
        Box::pin(list::handle(c, r))
    }),
    Operation::get("/v3/feature_flags/{name}", "feature_flag_get", "feature_flag", |c, r| {
        Box::pin(get::handle(c, r))
    }),
    Operation::patch("/v3/feature_flags/{name}", "feature_flag_update", "feature_flag", |c, r| {
        Box::pin(update::handle(c, r))
    }),
];
