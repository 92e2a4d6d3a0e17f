//! Refusals about builds.

use super::{Fault, catalogue};
use cc_domain::build::BuildError;

impl From<BuildError> for Fault {
    fn from(error: BuildError) -> Self {
        match error {
            BuildError::InProgress => Self::new(catalogue::STAGING_IN_PROGRESS, error.to_string()),
            BuildError::PackageNotReady => Self::bad_request(error),
            BuildError::BuildpacksDisabled(_) => {
                Self::new(catalogue::BUILDPACK_INVALID, format!("Buildpack is invalid: {error}"))
            }
            BuildError::CustomBuildpacksDisabled => {
                Self::new(catalogue::CUSTOM_BUILDPACKS_DISABLED, error.to_string())
            }
            BuildError::Ended => Self::invalid_request(),
            BuildError::InvalidPackage
            | BuildError::MemoryLimit
            | BuildError::DiskLimit
            | BuildError::Quota(_)
            | BuildError::InvalidState(_) => Self::unprocessable(error.to_string()),
        }
    }
}
