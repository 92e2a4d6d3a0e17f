//! `/v3/jobs`

mod get;
mod present;

use crate::operation::Operation;

pub const OPERATIONS: &[Operation] =
    &[Operation::get("/v3/jobs/{guid}", "job_get", "job", |c, r| Box::pin(get::handle(c, r)))];
