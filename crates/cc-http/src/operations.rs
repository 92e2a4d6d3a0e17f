//! The table of all operations: the tables of the resources, one after the other.

use crate::operation::Operation;
use crate::{job, organization, root};

/// Every operation that is routed.
pub fn all() -> impl Iterator<Item = &'static Operation> {
    [root::OPERATIONS, organization::OPERATIONS, job::OPERATIONS].into_iter().flatten()
}
