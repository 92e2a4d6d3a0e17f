//! Why a UAA gave no answer that can be used.

use cc_domain::identity::DirectoryError;
use http::StatusCode;
use std::error::Error;
use std::sync::Arc;

/// Can be handed to everybody who waited for the same answer.
#[derive(Clone, Debug, thiserror::Error)]
pub(super) enum UaaError {
    #[error("the UAA cannot be reached")]
    Unreachable(#[source] Arc<dyn Error + Send + Sync>),
    #[error("the UAA took too long")]
    TooSlow,
    #[error("the answer of the UAA broke off")]
    Broken(#[source] Arc<dyn Error + Send + Sync>),
    /// It was found away a moment ago and is not asked yet.
    #[error("the UAA did not answer a moment ago")]
    Resting,
    #[error("the UAA gives no token to the client of uaa_client_id: {0}")]
    NoToken(StatusCode),
    #[error("the UAA takes no more requests for now")]
    RateLimited,
    /// 403 says that the client has not the scope for it.
    #[error("the UAA answered {status} to {what}")]
    Status { what: &'static str, status: StatusCode },
    #[error("what the UAA answered to {0} cannot be read")]
    Malformed(&'static str),
    #[error("the UAA cannot be asked for this")]
    Unaskable,
}

impl UaaError {
    /// Whether there was nobody who answered: it is not worth asking again at once.
    pub(super) fn is_away(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::TooSlow | Self::Broken(_))
    }
}

impl From<UaaError> for DirectoryError {
    fn from(error: UaaError) -> Self {
        match error {
            UaaError::RateLimited => Self::RateLimited,
            error => Self::Unavailable(Box::new(error)),
        }
    }
}
