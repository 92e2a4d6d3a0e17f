//! Refusals about isolation segments.

use super::Fault;
use cc_domain::isolation_segment::IsolationSegmentError;

impl From<IsolationSegmentError> for Fault {
    fn from(error: IsolationSegmentError) -> Self {
        Self::unprocessable(error.to_string())
    }
}
