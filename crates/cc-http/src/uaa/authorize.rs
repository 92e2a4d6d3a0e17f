//! `GET /oauth/authorize`: the code that `cf ssh` uses as its password.

use super::Shared;
use super::error::UaaError;
use super::request::{bearer, query};
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use cc_actions::identity::authorize::{AuthorizeCode, authorize};
use cc_domain::identity::requested_scopes;
use http::header::{CACHE_CONTROL, LOCATION};
use http::request::Parts;
use http::{HeaderValue, StatusCode};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// Answers 302 with exactly one `code` in `Location`; clients read it and do not follow.
pub(super) async fn code(State(state): State<Shared>, parts: Parts) -> Result<Response, UaaError> {
    let query = query(&parts)?;
    if query.text("response_type") != Some("code") {
        return Err(UaaError::new(
            StatusCode::BAD_REQUEST,
            "unsupported_response_type",
            "Only the response type code is served",
        ));
    }
    let client_id = query.text("client_id").ok_or_else(|| UaaError::invalid_request("Missing client_id"))?;
    let command = AuthorizeCode {
        client_id: client_id.to_owned(),
        redirect_uri: query.text("redirect_uri").map(str::to_owned),
        scopes: requested_scopes(query.text("scope")),
    };
    let authorized = authorize(&state.identity, bearer(&parts), command).await?;
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let target = match authorized.redirect_uri {
        path if path.starts_with('/') => format!("{}{path}", state.external_url),
        absolute => absolute,
    };
    let separator = if target.contains('?') { '&' } else { '?' };
    let mut location = format!("{target}{separator}code={}", encode(authorized.code.expose()));
    if let Some(given) = query.text("state") {
        location.push_str("&state=");
        location.push_str(&encode(given));
    }
    let location = HeaderValue::from_str(&location)
        .map_err(|_| UaaError::invalid_request("Invalid redirect uri for client"))?;
    let headers = [(LOCATION, location), (CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((StatusCode::FOUND, headers).into_response())
}
