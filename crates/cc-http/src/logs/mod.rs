//! The log endpoint as clients know it: log-cache's REST surface under `/api/v1` and `/v1`, and the stream `/v2/read`.
//!
//! Works over any [`LogSource`]; who may read what is asked of a [`LogAccess`]. A source that the caller may not read is answered
//! like one that does not exist. Rules: client-flows 4.

mod access;
mod present;
mod query;
mod read;
mod stream;

use std::sync::Arc;
use std::time::Duration;

use crate::retry_after::with_retry_after;
use axum::Router;
use axum::routing::get;
use bytes::Bytes;
use cc_domain::log::LogSource;
use cc_domain::ports::Clock;
use cc_domain::time::Timestamp;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, Response, StatusCode};

pub use access::{LogAccess, Stagings, TokenAccess};
pub use present::{Members, batch_json, meta_json};

/// What the log endpoint needs.
#[derive(Clone)]
pub struct LogsState {
    pub source: Arc<dyn LogSource>,
    pub access: Arc<dyn LogAccess>,
    pub stagings: Arc<dyn Stagings>,
    pub clock: Arc<dyn Clock>,
    /// When the server started; `vm_uptime` counts from here.
    pub started: Timestamp,
    pub pace: StreamPace,
}

/// When `/v2/read` says something.
#[derive(Debug, Clone, Copy)]
pub struct StreamPace {
    /// The longest time that an envelope waits for others of its batch.
    pub batch: Duration,
    pub heartbeat: Duration,
    /// When the stream is ended; clients then come back with a token that is checked anew.
    pub lifetime: Duration,
}

impl Default for StreamPace {
    fn default() -> Self {
        Self {
            batch: Duration::from_millis(100),
            heartbeat: Duration::from_secs(15),
            lifetime: Duration::from_mins(14),
        }
    }
}

/// The paths of the log endpoint. `/v2/read` answers for minutes: no layer around it may limit the time or buffer the body.
pub fn router(state: LogsState) -> Router {
    let mut router = Router::new();
    for prefix in ["/api/v1", "/v1"] {
        router = router
            .route(&format!("{prefix}/info"), get(read::info))
            .route(&format!("{prefix}/meta"), get(read::meta))
            .route(&format!("{prefix}/read/{{source_id}}"), get(read::read));
    }
    router
        .route("/v2/read", get(stream::read))
        .layer(axum::middleware::map_response(with_retry_after))
        .with_state(state)
}

type Answer = Response<axum::body::Body>;

fn json(body: impl Into<Bytes>) -> Answer {
    with_body(StatusCode::OK, "application/json", axum::body::Body::from(body.into()))
}

/// Clients look at the status only; the text is for people.
fn refuse(status: StatusCode, text: &str) -> Answer {
    let body = serde_json::json!({ "error": text }).to_string();
    with_body(status, "application/json", axum::body::Body::from(body))
}

fn no_such_source() -> Answer {
    refuse(StatusCode::NOT_FOUND, "source not found")
}

fn with_body(status: StatusCode, media: &'static str, body: axum::body::Body) -> Answer {
    let mut answer = Response::new(body);
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, http::HeaderValue::from_static(media));
    answer
}

/// The token of a `bearer` authorization; the word in any case.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|token| !token.is_empty())
}

#[cfg(test)]
mod tests;
