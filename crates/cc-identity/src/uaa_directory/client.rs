//! Requests to a UAA on behalf of a client of its own.

use super::error::UaaError;
use super::query::form;
use super::wire::TokenAnswer;
use super::{Pace, UaaAccess};
use crate::https::Https;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use cc_domain::secret::Secret;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Full, Limited};
use serde::de::DeserializeOwned;
use std::sync::{Arc, Mutex as StdMutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

const LARGEST_ANSWER: usize = 4 * 1024 * 1024;
/// A token is renewed this long before it ends, so that none ends on the way.
const RENEWED_BEFORE: Duration = Duration::from_secs(30);
/// Of a token that says nothing about it.
const SHORT_LIFE: u64 = 300;
/// However long a token says that it lives.
const LONGEST_LIFE: u64 = 24 * 3_600;

/// What is asked for.
pub(super) struct Ask {
    /// For logs.
    pub(super) what: &'static str,
    pub(super) method: Method,
    /// With its query, from the UAA's URL on.
    pub(super) path: String,
    pub(super) body: Option<String>,
}

impl Ask {
    pub(super) fn get(what: &'static str, path: String) -> Self {
        Self { what, method: Method::GET, path, body: None }
    }
}

/// What came back, whatever its status; never 401.
pub(super) struct Reply {
    what: &'static str,
    pub(super) status: StatusCode,
    body: Bytes,
}

impl Reply {
    /// The body of a success.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, UaaError> {
        if !self.status.is_success() {
            return Err(self.refusal());
        }
        self.body_as().ok_or(UaaError::Malformed(self.what))
    }

    /// The body if it can be read so.
    pub(super) fn body_as<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(&self.body).ok()
    }

    pub(super) fn refusal(&self) -> UaaError {
        UaaError::Status { what: self.what, status: self.status }
    }
}

struct Token {
    /// `bearer …`
    header: Secret,
    until: Instant,
}

pub(super) struct UaaClient {
    http: Https,
    access: UaaAccess,
    pace: Pace,
    /// Held while one is fetched, so that one fetch serves all who wait.
    token: Mutex<Option<Arc<Token>>>,
    away_until: StdMutex<Option<Instant>>,
}

impl UaaClient {
    pub(super) fn new(http: Https, access: UaaAccess, pace: Pace) -> Self {
        Self { http, access, pace, token: Mutex::default(), away_until: StdMutex::default() }
    }

    /// Asks with a token; once more with a new one if the token is refused.
    pub(super) async fn send(&self, ask: &Ask) -> Result<Reply, UaaError> {
        let token = self.token().await?;
        let reply = self.send_with(ask, &token).await?;
        if reply.status != StatusCode::UNAUTHORIZED {
            return Ok(reply);
        }
        self.forget(&token).await;
        let token = self.token().await?;
        let reply = self.send_with(ask, &token).await?;
        if reply.status == StatusCode::UNAUTHORIZED {
            return Err(reply.refusal());
        }
        Ok(reply)
    }

    async fn send_with(&self, ask: &Ask, token: &Token) -> Result<Reply, UaaError> {
        let url = format!("{}{}", self.access.url, ask.path);
        let mut request = Request::builder().method(ask.method.clone()).uri(url);
        request = request.header(ACCEPT, "application/json").header(AUTHORIZATION, sensitive(&token.header)?);
        if ask.body.is_some() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let body = Full::from(ask.body.clone().unwrap_or_default());
        let request = request.body(body).map_err(|_| UaaError::Unaskable)?;
        let (status, body) = self.exchange(request).await?;
        Ok(Reply { what: ask.what, status, body })
    }

    async fn token(&self) -> Result<Arc<Token>, UaaError> {
        let mut held = self.token.lock().await;
        if let Some(token) = held.as_ref().filter(|token| Instant::now() < token.until) {
            return Ok(token.clone());
        }
        let token = Arc::new(self.fetch_token().await?);
        *held = Some(token.clone());
        Ok(token)
    }

    async fn forget(&self, refused: &Arc<Token>) {
        let mut held = self.token.lock().await;
        // Somebody else may have renewed it.
        if held.as_ref().is_some_and(|token| Arc::ptr_eq(token, refused)) {
            *held = None;
        }
    }

    async fn fetch_token(&self) -> Result<Token, UaaError> {
        let secret = form(self.access.client_secret.expose());
        let credentials = Secret::from(format!("{}:{secret}", form(&self.access.client_id)));
        let basic = Secret::from(format!("Basic {}", STANDARD.encode(credentials.expose())));
        let request = Request::post(format!("{}/oauth/token", self.access.url))
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(AUTHORIZATION, sensitive(&basic)?)
            // Otherwise a UAA may take the credentials as they are, though RFC 6749 says that they are encoded.
            .header("x-cf-encoded-credentials", "true")
            .body(Full::from("grant_type=client_credentials"))
            .map_err(|_| UaaError::Unaskable)?;
        let (status, body) = self.exchange(request).await?;
        if status != StatusCode::OK {
            return Err(UaaError::NoToken(status));
        }
        let answer: TokenAnswer =
            serde_json::from_slice(&body).map_err(|_| UaaError::Malformed("the request for a token"))?;
        let life = Duration::from_secs(answer.expires_in.unwrap_or(SHORT_LIFE).min(LONGEST_LIFE));
        let until = Instant::now() + life.saturating_sub(RENEWED_BEFORE.min(life / 4));
        Ok(Token { header: Secret::from(format!("bearer {}", answer.access_token)), until })
    }

    async fn exchange(&self, request: Request<Full<Bytes>>) -> Result<(StatusCode, Bytes), UaaError> {
        self.check_rest()?;
        let exchange = async {
            let answer = self.http.request(request).await.map_err(|e| UaaError::Unreachable(Arc::new(e)))?;
            let status = answer.status();
            let body = Limited::new(answer.into_body(), LARGEST_ANSWER).collect().await;
            let body = body.map_err(|e| UaaError::Broken(Arc::from(e)))?;
            Ok((status, body.to_bytes()))
        };
        let limited = tokio::time::timeout(self.pace.request, exchange).await;
        let outcome = limited.unwrap_or(Err(UaaError::TooSlow));
        if outcome.as_ref().is_err_and(UaaError::is_away) {
            let mut away_until = self.away_until.lock().unwrap_or_else(PoisonError::into_inner);
            *away_until = Some(Instant::now() + self.pace.rest);
        }
        outcome
    }

    /// While a UAA is away not everybody waits for it until their time is over.
    fn check_rest(&self) -> Result<(), UaaError> {
        let away_until = *self.away_until.lock().unwrap_or_else(PoisonError::into_inner);
        if away_until.is_some_and(|until| Instant::now() < until) { Err(UaaError::Resting) } else { Ok(()) }
    }
}

fn sensitive(secret: &Secret) -> Result<HeaderValue, UaaError> {
    let mut value = HeaderValue::from_str(secret.expose()).map_err(|_| UaaError::Unaskable)?;
    value.set_sensitive(true);
    Ok(value)
}
