//! Refusals about processes.

use super::Fault;
use cc_domain::process::ProcessError;

impl From<ProcessError> for Fault {
    fn from(error: ProcessError) -> Self {
        Self::unprocessable(error.to_string())
    }
}
