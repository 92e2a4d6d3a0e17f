//! Refusals about spaces.

use super::Fault;
use cc_domain::space::SpaceError;

impl From<SpaceError> for Fault {
    fn from(error: SpaceError) -> Self {
        match error {
            SpaceError::NameTaken | SpaceError::NameTakenIn { .. } | SpaceError::Deleting(_) => {
                Self::unprocessable(error.to_string())
            }
            SpaceError::SuspendNotAllowed => Self::not_authorized(),
        }
    }
}
