//! Refusals about roles.

use super::Fault;
use cc_domain::role::RoleError;

impl From<RoleError> for Fault {
    fn from(error: RoleError) -> Self {
        Self::unprocessable(error.to_string())
    }
}
