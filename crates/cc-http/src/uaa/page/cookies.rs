//! The two cookies of the pages. No script reads them, and no other site's form sends them.

use super::super::UaaState;
use cc_domain::secret::Secret;
use cookie::{Cookie, SameSite};
use http::HeaderValue;
use http::header::{COOKIE, SET_COOKIE};
use http::request::Parts;
use http::response;

const SESSION: &str = "cc-session";
/// Holds what the login form must repeat, so that no other site can log a browser in as somebody else.
const FORM: &str = "X-Uaa-Csrf";

/// The token of the session.
pub(in super::super) fn session(parts: &Parts) -> Option<Secret> {
    value(parts, SESSION)
}

/// What the form must repeat.
pub(super) fn form(parts: &Parts) -> Option<Secret> {
    value(parts, FORM)
}

fn value(parts: &Parts, name: &str) -> Option<Secret> {
    let lines = parts.headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let cookies = lines.flat_map(Cookie::split_parse).filter_map(Result::ok);
    cookies.into_iter().find(|cookie| cookie.name() == name).map(|cookie| Secret::new(cookie.value()))
}

/// They end with the browser; the session's token ends earlier by itself.
fn set(response: &mut response::Parts, state: &UaaState, name: &'static str, value: &str) {
    let cookie = Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .secure(state.external_url.starts_with("https:"))
        .same_site(SameSite::Lax);
    let cookie = if value.is_empty() { cookie.removal() } else { cookie };
    if let Ok(line) = HeaderValue::from_str(&cookie.build().to_string()) {
        response.headers.append(SET_COOKIE, line);
    }
}

pub(super) fn set_session(response: &mut response::Parts, state: &UaaState, token: &str) {
    set(response, state, SESSION, token);
}

pub(super) fn end_session(response: &mut response::Parts, state: &UaaState) {
    set(response, state, SESSION, "");
}

pub(super) fn set_form(response: &mut response::Parts, state: &UaaState, value: &str) {
    set(response, state, FORM, value);
}
