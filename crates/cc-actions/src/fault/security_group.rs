//! Refusals about security groups.

use super::Fault;
use cc_domain::security_group::SecurityGroupError;

impl From<SecurityGroupError> for Fault {
    fn from(error: SecurityGroupError) -> Self {
        Self::unprocessable(error.to_string())
    }
}
