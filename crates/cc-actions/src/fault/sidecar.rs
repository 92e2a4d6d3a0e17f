//! Refusals about sidecars.

use super::Fault;
use cc_domain::sidecar::SidecarError;

impl From<SidecarError> for Fault {
    fn from(error: SidecarError) -> Self {
        Self::unprocessable(error.to_string())
    }
}
