//! Refusals about buildpacks.

use super::Fault;
use cc_domain::buildpack::BuildpackError;

impl From<BuildpackError> for Fault {
    fn from(error: BuildpackError) -> Self {
        Self::unprocessable(error.to_string())
    }
}
