//! Refusals about domains.

use super::Fault;
use cc_domain::domain::DomainError;

impl From<DomainError> for Fault {
    fn from(error: DomainError) -> Self {
        Self::unprocessable(error.to_string())
    }
}
