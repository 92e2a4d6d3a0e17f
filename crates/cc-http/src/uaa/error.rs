//! Refusals in the words of the UAA (client-flows 3.3).

use axum::response::{IntoResponse, Response};
use cc_actions::identity::IdentityError;
use cc_domain::identity::{GrantError, TokenError};
use http::header::{CACHE_CONTROL, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde_json::{Map, Value, json};

/// Seconds after which a dependency that is away is worth another look.
const AWAY_FOR: u32 = 5;

/// An answer that is an error.
#[derive(Debug)]
pub(super) struct UaaError {
    status: StatusCode,
    error: &'static str,
    description: String,
    /// Further keys of the body.
    more: Box<Map<String, Value>>,
    /// Seconds after which to come again.
    retry_after: Option<u32>,
}

impl UaaError {
    pub(super) fn new(status: StatusCode, error: &'static str, description: impl Into<String>) -> Self {
        Self { status, error, description: description.into(), more: Box::default(), retry_after: None }
    }

    /// 400 `invalid_request`.
    pub(super) fn invalid_request(description: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request", description)
    }

    /// 400 `invalid_scim_resource`.
    pub(super) fn invalid_scim(description: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_scim_resource", description).with_message()
    }

    fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.more.insert(key.to_owned(), value.into());
        self
    }

    /// SCIM errors carry their text twice.
    fn with_message(self) -> Self {
        let text = self.description.clone();
        self.with("message", text)
    }
}

impl From<IdentityError> for UaaError {
    fn from(error: IdentityError) -> Self {
        use StatusCode as S;
        match error {
            IdentityError::BadClient => Self::new(S::UNAUTHORIZED, "invalid_client", "Bad credentials"),
            IdentityError::BadCredentials => Self::new(S::UNAUTHORIZED, "unauthorized", "Bad credentials"),
            IdentityError::TooManyAttempts { retry_after } => Self {
                retry_after: Some(retry_after),
                ..Self::new(
                    S::TOO_MANY_REQUESTS,
                    "too_many_requests",
                    "Too many attempts to log in wait already. Try again later.",
                )
            },
            IdentityError::UnknownOrigin(_) => Self::new(
                S::UNAUTHORIZED,
                "unauthorized",
                "The origin provided in the login_hint does not match an active Identity Provider, that supports password grant.",
            ),
            IdentityError::Grant(refused) => grant(refused),
            IdentityError::InvalidCode => {
                Self::new(S::BAD_REQUEST, "invalid_grant", "Invalid authorization code")
            }
            IdentityError::InvalidPasscode => Self::new(S::UNAUTHORIZED, "unauthorized", "Invalid passcode"),
            IdentityError::InvalidRedirect => {
                Self::new(S::BAD_REQUEST, "invalid_request", "Invalid redirect uri for client")
            }
            IdentityError::NoToken => Self::new(
                S::UNAUTHORIZED,
                "unauthorized",
                "Full authentication is required to access this resource",
            ),
            IdentityError::Token(refused) => {
                Self::new(S::UNAUTHORIZED, "invalid_token", token_text(&refused))
            }
            IdentityError::MissingScope(scopes) => {
                Self::new(S::FORBIDDEN, "insufficient_scope", "Insufficient scope for this resource")
                    .with("scope", scopes.join(" "))
            }
            IdentityError::WrongAudience(audience) => Self::new(
                S::FORBIDDEN,
                "insufficient_scope",
                format!("Invalid token does not contain resource id ({audience})"),
            ),
            IdentityError::UserNotFound(guid) => {
                Self::new(S::NOT_FOUND, "scim_resource_not_found", format!("User {guid} does not exist"))
                    .with_message()
            }
            IdentityError::UsernameTaken { username, guid } => {
                let text = format!("Username already in use: {username}");
                let taken = Self::new(S::CONFLICT, "scim_resource_already_exists", text).with_message();
                taken.with("user_id", guid.map_or(Value::Null, Value::from))
            }
            IdentityError::InvalidUser(text) => Self::invalid_scim(text),
            IdentityError::InvalidPassword(text) => {
                Self::new(S::UNPROCESSABLE_ENTITY, "invalid_password", text).with_message()
            }
            IdentityError::WrongOldPassword => {
                Self::new(S::UNAUTHORIZED, "unauthorized", "Old password is incorrect")
            }
            IdentityError::StaleUser => Self::new(
                S::PRECONDITION_FAILED,
                "scim_resource_constraint_failed",
                "The user was changed since it was read",
            )
            .with_message(),
            IdentityError::GroupNotFound(guid) => {
                Self::new(S::NOT_FOUND, "scim_resource_not_found", format!("Group {guid} does not exist"))
                    .with_message()
            }
            IdentityError::ClientNotFound(id) => {
                Self::new(S::NOT_FOUND, "not_found", format!("No client with requested id: {id}"))
            }
            IdentityError::ClientTaken(id) => {
                Self::new(S::CONFLICT, "invalid_client", format!("Client already exists: {id}"))
            }
            IdentityError::InvalidClient(text) => Self::new(S::BAD_REQUEST, "invalid_client", text),
            IdentityError::Unavailable(source) => {
                tracing::error!(error = %source, cause = ?source.source().map(ToString::to_string), "the login server cannot answer");
                let away =
                    Self::new(S::SERVICE_UNAVAILABLE, "server_error", "The login server cannot answer now");
                Self { retry_after: Some(AWAY_FOR), ..away }
            }
        }
    }
}

fn grant(refused: GrantError) -> UaaError {
    let (status, error, text) = match refused {
        GrantError::Unsupported(name) => {
            (StatusCode::BAD_REQUEST, "unsupported_grant_type", format!("Unsupported grant type: {name}"))
        }
        GrantError::NotForClient(name) => {
            (StatusCode::UNAUTHORIZED, "invalid_client", format!("Unauthorized grant type: {name}"))
        }
        GrantError::PublicClient => (
            StatusCode::UNAUTHORIZED,
            "invalid_client",
            "Unauthorized grant type: client_credentials".to_owned(),
        ),
        GrantError::InvalidScope(scope) => (
            StatusCode::BAD_REQUEST,
            "invalid_scope",
            format!(
                "Invalid scope: {scope}. Did you know that you can get default scopes by simply sending no value?"
            ),
        ),
        GrantError::NoScopeLeft => (
            StatusCode::BAD_REQUEST,
            "invalid_scope",
            "[scope] is invalid. This user is not allowed any of the requested scopes".to_owned(),
        ),
        GrantError::Inactive => (StatusCode::UNAUTHORIZED, "unauthorized", "Bad credentials".to_owned()),
        GrantError::OtherClient => {
            (StatusCode::BAD_REQUEST, "invalid_grant", "Wrong client for this refresh token".to_owned())
        }
    };
    UaaError::new(status, error, text)
}

fn token_text(refused: &TokenError) -> &'static str {
    match refused {
        TokenError::Expired => "The token expired",
        TokenError::Revoked => "The token expired, was revoked, or the token ID is incorrect.",
        TokenError::Refresh => "The token is a refresh token and opens nothing",
        TokenError::NotRefresh => "The token is not a refresh token",
        _ => "The token is not valid",
    }
}

impl IntoResponse for UaaError {
    fn into_response(self) -> Response {
        let mut body = Map::new();
        body.insert("error".to_owned(), json!(self.error));
        body.insert("error_description".to_owned(), json!(self.description));
        body.extend(*self.more);
        let challenge = match self.error {
            _ if self.status != StatusCode::UNAUTHORIZED => None,
            "invalid_client" => Some("Basic realm=\"UAA/client\""),
            "invalid_token" => Some("Bearer realm=\"oauth\", error=\"invalid_token\""),
            _ => Some("Bearer realm=\"oauth\""),
        };
        let mut response = super::present::json(self.status, &Value::Object(body));
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(challenge) = challenge {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        response
    }
}
