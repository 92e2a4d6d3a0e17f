//! Refusals about deployments.

use super::Fault;
use cc_domain::deployment::DeploymentError;

impl From<DeploymentError> for Fault {
    fn from(error: DeploymentError) -> Self {
        Self::unprocessable(error.to_string())
    }
}
