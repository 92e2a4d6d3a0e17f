//! Refusals about organizations.

use super::Fault;
use cc_domain::organization::OrganizationError;

impl From<OrganizationError> for Fault {
    fn from(error: OrganizationError) -> Self {
        match error {
            OrganizationError::NameTaken(_) => Self::unprocessable(error.to_string()),
            OrganizationError::SuspendNotAllowed => Self::not_authorized(),
            OrganizationError::Deleting => Self::unprocessable("The organization is being deleted"),
        }
    }
}
