//! Refusals about users.

use super::Fault;
use cc_domain::user::UserError;

impl From<UserError> for Fault {
    fn from(error: UserError) -> Self {
        Self::unprocessable(error.to_string())
    }
}
