//! `/v3/jobs`

mod get;
mod present;

use crate::operation::Gives::One;
use crate::operation::{Operation, on};

pub const OPERATIONS: &[Operation] =
    &[Operation::get("/v3/jobs/{guid}", "job_get", One("job"), on!(get::handle))];
