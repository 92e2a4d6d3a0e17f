//! `/v3/resource_matches`

mod create;

use crate::operation::Operation;

/// 5,000 files with long paths.
const MAX_BODY: usize = 16 * 1024 * 1024;

pub const OPERATIONS: &[Operation] =
    &[Operation::post("/v3/resource_matches", "resource_matches_create", "resource_match", |c, r| {
        Box::pin(create::handle(c, r))
    })
    .up_to(MAX_BODY)];
