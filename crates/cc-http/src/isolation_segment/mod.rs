//! `/v3/isolation_segments`

mod list;

use crate::operation::Gives::ListOf;
use crate::operation::{Operation, on};

#[rustfmt::skip] // A line an operation.
pub const OPERATIONS: &[Operation] = &[
    Operation::get("/v3/isolation_segments", "isolation_segments_list", ListOf("isolation_segment"), on!(list::handle)),
];
