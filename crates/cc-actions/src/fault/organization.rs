//! Refusals about organizations.

use super::Fault;
use cc_domain::organization::OrganizationError;

impl From<OrganizationError> for Fault {
    fn from(error: OrganizationError) -> Self {
        match error {
            OrganizationError::NameTaken(_)
            | OrganizationError::RenamedToTaken(_)
            | OrganizationError::Deleting(_) => Self::unprocessable(error.to_string()),
            OrganizationError::SuspendNotAllowed => Self::not_authorized(),
        }
    }
}
