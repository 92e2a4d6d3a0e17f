//! Refusals about tasks.

use super::{Fault, catalogue};
use cc_domain::task::TaskError;

impl From<TaskError> for Fault {
    fn from(error: TaskError) -> Self {
        match error {
            TaskError::UnknownTemplate(_) => Self::new(catalogue::PROCESS_NOT_FOUND, error.to_string()),
            TaskError::NoDroplet | TaskError::Disk(_) | TaskError::Ended(_) | TaskError::Invalid(_) => {
                Self::unprocessable(error.to_string())
            }
        }
    }
}
