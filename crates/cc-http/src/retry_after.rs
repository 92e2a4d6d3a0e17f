//! When a client may come back.

use axum::body::Body;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, Response, StatusCode};

/// After a 503 that names no time of its own: a database or an engine that restarts is back by then.
pub const RETRY_AFTER_SECONDS: &str = "5";

/// Every 503 and 429 says when to ask again.
pub async fn with_retry_after(mut response: Response<Body>) -> Response<Body> {
    let is_for_later =
        matches!(response.status(), StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS);
    if is_for_later {
        response.headers_mut().entry(RETRY_AFTER).or_insert(HeaderValue::from_static(RETRY_AFTER_SECONDS));
    }
    response
}
