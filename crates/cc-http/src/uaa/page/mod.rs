//! The pages for browsers: log in, see a passcode, log out. They work without JavaScript.
//!
//! The session is a token of the login server in a cookie; what it may is decided where tokens are. `login` shows and takes the form,
//! `passcode` gives what `cf login --sso` asks for.

mod cookies;
pub(super) mod login;
pub(super) mod passcode;

pub(super) use cookies::Jar;

use super::error::UaaError;
use axum::response::{Html, IntoResponse as _, Response};
use http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, LOCATION, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::request::Parts;
use http::{HeaderValue, StatusCode};
use minijinja::{Environment, Value};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::sync::LazyLock;

/// The pages by name; names in `.html` have every value escaped.
static PAGES: LazyLock<Result<Environment<'static>, minijinja::Error>> = LazyLock::new(|| {
    let mut pages = Environment::new();
    pages.add_template("base.html", include_str!("base.html"))?;
    pages.add_template("login.html", include_str!("login.html"))?;
    pages.add_template("passcode.html", include_str!("passcode.html"))?;
    Ok(pages)
});

/// No script, no frame around it, nothing kept, and no address of it told to others.
const GUARDS: [(HeaderName, &str); 5] = [
    (CACHE_CONTROL, "no-store"),
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (REFERRER_POLICY, "no-referrer"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
];

/// True for browsers; programs name JSON, or take anything.
pub(super) fn is_browser(parts: &Parts) -> bool {
    parts
        .headers
        .get(ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

fn render(status: StatusCode, name: &str, values: Value) -> Result<Response, UaaError> {
    let page = PAGES.as_ref().map_err(broken)?;
    let text =
        page.get_template(name).and_then(|page| page.render(values)).map_err(|error| broken(&error))?;
    let mut response = (status, Html(text)).into_response();
    for (name, value) in GUARDS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}

fn broken(error: &minijinja::Error) -> UaaError {
    tracing::error!(%error, "a page cannot be shown");
    UaaError::new(StatusCode::INTERNAL_SERVER_ERROR, "server_error", "The page cannot be shown")
}

/// 303 to a path of this server.
fn see(path: &str) -> Result<Response, UaaError> {
    let location = HeaderValue::from_str(path).map_err(|_| UaaError::invalid_request("Invalid path"))?;
    let headers = [(LOCATION, location), (CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((StatusCode::SEE_OTHER, headers).into_response())
}

/// To the login page, and from there back to what was asked for.
pub(super) fn log_in_first(parts: &Parts) -> Result<Response, UaaError> {
    let asked = parts.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    see(&format!("/login?next={}", utf8_percent_encode(asked, NON_ALPHANUMERIC)))
}
