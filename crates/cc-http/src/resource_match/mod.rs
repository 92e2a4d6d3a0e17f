//! `/v3/resource_matches`

mod create;

use crate::operation::Gives::One;
use crate::operation::{Operation, on};

/// 5,000 files with long paths.
const MAX_BODY: usize = 16 * 1024 * 1024;

#[rustfmt::skip] // A line an operation.
pub const OPERATIONS: &[Operation] = &[
    Operation::post("/v3/resource_matches", "resource_matches_create", One("resource_match"), on!(create::handle)).up_to(MAX_BODY),
];
