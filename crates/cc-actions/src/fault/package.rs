//! Refusals about packages.

use super::{Fault, catalogue};
use cc_domain::package::PackageError;

impl From<PackageError> for Fault {
    fn from(error: PackageError) -> Self {
        match error {
            PackageError::AlreadyUploaded => {
                Self::new(catalogue::PACKAGE_BITS_ALREADY_UPLOADED, error.to_string())
            }
            _ => Self::unprocessable(error.to_string()),
        }
    }
}
