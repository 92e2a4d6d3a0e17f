//! Who calls.

use async_trait::async_trait;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use cc_actions::Fault;
use cc_domain::actor::{Actor, ActorKind, Scopes};
use cc_domain::guid::Guid;
use cc_domain::identity::{Claims, Surface, TokenError, TokenVerifier};
use cc_domain::ports::Clock;
use std::sync::Arc;

/// Turns a token into a caller.
#[async_trait]
pub trait Callers: Send + Sync + 'static {
    /// `token` is what stands behind `bearer`.
    async fn caller(&self, token: &str) -> Result<Actor, Fault>;
}

/// Callers by verified tokens whose audience opens the API.
pub struct TokenCallers {
    pub verifier: Arc<dyn TokenVerifier>,
    pub clock: Arc<dyn Clock>,
}

#[async_trait]
impl Callers for TokenCallers {
    async fn caller(&self, token: &str) -> Result<Actor, Fault> {
        let claims = self.verifier.verify(token, self.clock.now()).await.map_err(|error| match error {
            TokenError::Unavailable(_) => {
                Fault::unavailable("The token cannot be verified right now. Try again later.", error)
            }
            _ => Fault::invalid_auth_token(),
        })?;
        if claims.opens(Surface::Api) { Ok(actor(&claims)) } else { Err(Fault::invalid_auth_token()) }
    }
}

fn actor(claims: &Claims) -> Actor {
    let scopes = Scopes::of(claims.scopes.iter().map(String::as_str));
    match &claims.user {
        Some(user) => Actor {
            user: Guid::new(user.guid.as_str()),
            name: user.username.clone(),
            email: Some(user.email.clone()).filter(|email| !email.is_empty()),
            kind: ActorKind::User,
            scopes,
        },
        None => Actor {
            user: Guid::new(claims.client_id.as_str()),
            name: claims.client_id.clone(),
            email: None,
            kind: ActorKind::Client,
            scopes,
        },
    }
}

/// The token of the `Authorization` header; `None` without one. The scheme's case does not count.
pub(super) fn bearer(headers: &HeaderMap) -> Option<Result<&str, Fault>> {
    let value = headers.get(AUTHORIZATION)?;
    let token = value.to_str().ok().and_then(|text| {
        let (scheme, token) = text.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    Some(token.filter(|t| !t.is_empty()).ok_or_else(Fault::invalid_auth_token))
}
