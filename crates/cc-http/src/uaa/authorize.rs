//! `GET /oauth/authorize`: the code that `cf ssh` uses as its password, and with which a browser goes back to a client that sent it here.

use super::error::UaaError;
use super::page::{Jar, is_browser, log_in_first};
use super::request::{bearer, query};
use super::{Shared, UaaState};
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use cc_actions::identity::authorize::{Asker, AuthorizeCode, authorize};
use cc_actions::identity::session;
use cc_domain::identity::requested_scopes;
use cc_domain::secret::Secret;
use http::header::{CACHE_CONTROL, LOCATION};
use http::request::Parts;
use http::{HeaderValue, StatusCode};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// Answers 302 with exactly one `code` in `Location`; `cf` reads it and does not follow. A browser in which nobody is logged in goes to
/// the login page first.
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
    let Some(asker) = asker(&state, &parts).await? else { return log_in_first(&parts) };
    let authorized = authorize(&state.identity, asker, command).await?;
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

/// `None` for a browser without a session.
async fn asker<'a>(state: &UaaState, parts: &'a Parts) -> Result<Option<Asker<'a>>, UaaError> {
    let token = bearer(parts);
    if token.is_some() {
        return Ok(Some(Asker::Bearer(token)));
    }
    let cookie = Jar::Session.read(state, parts);
    let current = session::current(&state.identity, cookie.as_ref().map(Secret::expose)).await?;
    Ok(match current {
        Some(claims) => Some(Asker::Session(Box::new(claims))),
        None if is_browser(parts) => None,
        None => Some(Asker::Bearer(None)),
    })
}
