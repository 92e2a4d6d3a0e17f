//! `/v3/feature_flags`

mod get;
mod list;
mod present;
mod update;

use crate::operation::Gives::{ListOf, One};
use crate::operation::{Operation, on};

#[rustfmt::skip] // A line an operation.
pub const OPERATIONS: &[Operation] = &[
    Operation::get("/v3/feature_flags", "feature_flags_list", ListOf("feature_flag"), on!(list::handle)),
    Operation::get("/v3/feature_flags/{name}", "feature_flag_get", One("feature_flag"), on!(get::handle)),
    Operation::patch("/v3/feature_flags/{name}", "feature_flag_update", One("feature_flag"), on!(update::handle)),
];
