//! Refusals about droplets.

use super::{Fault, catalogue};
use cc_domain::droplet::DropletError;

impl From<DropletError> for Fault {
    fn from(error: DropletError) -> Self {
        match error {
            DropletError::NoBits => Self::new(catalogue::RESOURCE_NOT_FOUND, error.to_string()),
            _ => Self::unprocessable(error.to_string()),
        }
    }
}
