//! Refusals about manifests.

use super::{Fault, catalogue};
use cc_domain::manifest::ManifestError;

impl From<ManifestError> for Fault {
    fn from(error: ManifestError) -> Self {
        match error {
            ManifestError::TooLarge | ManifestError::Aliases => Self::bad_request(error),
            ManifestError::Syntax => Self::parse_error(),
            ManifestError::Invalid(details) => {
                Self { details, ..Self::new(catalogue::UNPROCESSABLE_ENTITY, String::new()) }
            }
            ManifestError::UnknownService { .. } => {
                Self::new(catalogue::RESOURCE_NOT_FOUND, error.to_string())
            }
            ManifestError::Version
            | ManifestError::NoApplications
            | ManifestError::BuildpacksForDocker { .. }
            | ManifestError::DockerForBuildpack(_)
            | ManifestError::NoDomain { .. }
            | ManifestError::BadRoute { .. }
            | ManifestError::NoDefaultDomain(_)
            | ManifestError::NoHost { .. } => Self::unprocessable(error.to_string()),
        }
    }
}
