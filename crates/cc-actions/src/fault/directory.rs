//! The user directory that does not answer.

use super::{Fault, catalogue};
use cc_domain::identity::DirectoryError;
use std::sync::Arc;

impl From<DirectoryError> for Fault {
    fn from(error: DirectoryError) -> Self {
        Self {
            source: Some(Arc::new(error)),
            ..Self::new(catalogue::UAA_UNAVAILABLE, "The UAA service is currently unavailable")
        }
    }
}
