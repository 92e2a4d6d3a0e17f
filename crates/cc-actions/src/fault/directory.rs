//! The user directory that does not answer, or no more for now.

use super::{Fault, catalogue};
use cc_domain::identity::DirectoryError;
use std::sync::Arc;

impl From<DirectoryError> for Fault {
    fn from(error: DirectoryError) -> Self {
        let fault = match error {
            DirectoryError::Unavailable(_) => {
                Self::new(catalogue::UAA_UNAVAILABLE, "The UAA service is currently unavailable")
            }
            DirectoryError::RateLimited => Self::new(
                catalogue::UAA_RATE_LIMITED,
                "The UAA is currently rate limited. Please try again later",
            ),
        };
        Self { source: Some(Arc::new(error)), ..fault }
    }
}
