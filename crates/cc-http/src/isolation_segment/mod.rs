//! `/v3/isolation_segments`

mod list;

use crate::operation::Operation;

pub const OPERATIONS: &[Operation] = &[Operation::get(
    "/v3/isolation_segments",
    "isolation_segments_list",
    "list of isolation_segment",
    |c, r| Box::pin(list::handle(c, r)),
)];
