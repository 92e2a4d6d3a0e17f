//! Refusals about stacks.

use super::Fault;
use cc_domain::stack::StackError;

impl From<StackError> for Fault {
    fn from(error: StackError) -> Self {
        Self::unprocessable(error.to_string())
    }
}
