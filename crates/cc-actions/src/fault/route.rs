//! Refusals about routes and their destinations.

use super::Fault;
use cc_domain::route::{DestinationError, OptionsError, RouteError, RouteSharingError};

impl From<RouteError> for Fault {
    fn from(error: RouteError) -> Self {
        Self::unprocessable(error.to_string())
    }
}

impl From<DestinationError> for Fault {
    fn from(error: DestinationError) -> Self {
        Self::unprocessable(error.to_string())
    }
}

impl From<OptionsError> for Fault {
    fn from(error: OptionsError) -> Self {
        Self::unprocessable(error.to_string())
    }
}

impl From<RouteSharingError> for Fault {
    fn from(error: RouteSharingError) -> Self {
        Self::unprocessable(error.to_string())
    }
}
