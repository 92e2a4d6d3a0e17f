//! Refusals about apps.

use super::{Fault, catalogue};
use cc_domain::app::{AppError, EnvironmentError};

impl From<AppError> for Fault {
    fn from(error: AppError) -> Self {
        match error {
            AppError::NameTaken(_) => Self::new(catalogue::UNIQUENESS_ERROR, error.to_string()),
            _ => Self::unprocessable(error.to_string()),
        }
    }
}

impl From<EnvironmentError> for Fault {
    fn from(error: EnvironmentError) -> Self {
        Self::unprocessable(error.to_string())
    }
}
