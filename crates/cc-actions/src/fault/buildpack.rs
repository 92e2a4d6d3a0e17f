//! Refusals about buildpacks.

use super::{Fault, catalogue};
use cc_domain::buildpack::BuildpackError;

impl From<BuildpackError> for Fault {
    fn from(error: BuildpackError) -> Self {
        let kind = match &error {
            BuildpackError::TakenByUpload { .. } => catalogue::BUILDPACK_NAME_STACK_TAKEN,
            BuildpackError::StacksDiffer { .. } => catalogue::BUILDPACK_STACKS_DONT_MATCH,
            BuildpackError::UnknownUploadedStack(_) => catalogue::BUILDPACK_STACK_DOES_NOT_EXIST,
            BuildpackError::BadZip(_) => catalogue::BUILDPACK_ZIP_ERROR,
            _ => catalogue::UNPROCESSABLE_ENTITY,
        };
        Self::new(kind, error.to_string())
    }
}
