//! The two cookies of the pages. No script reads them, and no other site's form sends them.

use super::super::UaaState;
use super::super::error::UaaError;
use cc_domain::secret::Secret;
use cookie::{Cookie, SameSite};
use http::HeaderValue;
use http::header::{COOKIE, SET_COOKIE};
use http::request::Parts;
use http::response;

/// What a cookie is for.
#[derive(Clone, Copy)]
pub(in super::super) enum Jar {
    /// The token of the session.
    Session,
    /// What the login form must repeat, so that no other site can log a browser in as somebody else.
    Form,
}

impl Jar {
    /// Behind TLS a name with this prefix can be set by this host only: apps of tenants share a parent domain with it.
    fn name(self, state: &UaaState) -> &'static str {
        match (self, is_secure(state)) {
            (Self::Session, true) => "__Host-cc-session",
            (Self::Session, false) => "cc-session",
            (Self::Form, true) => "__Host-cc-form",
            (Self::Form, false) => "cc-form",
        }
    }

    /// What the browser has in it.
    pub(in super::super) fn read(self, state: &UaaState, parts: &Parts) -> Option<Secret> {
        let lines = parts.headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
        let mut cookies = lines.flat_map(Cookie::split_parse).filter_map(Result::ok);
        let found = cookies.find(|cookie| cookie.name() == self.name(state))?;
        Some(Secret::new(found.value()))
    }

    /// It ends with the browser; what is in it ends earlier by itself.
    pub(super) fn fill(
        self,
        response: &mut response::Parts,
        state: &UaaState,
        value: &Secret,
    ) -> Result<(), UaaError> {
        self.set(response, state, value.expose())
    }

    pub(super) fn empty(self, response: &mut response::Parts, state: &UaaState) -> Result<(), UaaError> {
        self.set(response, state, "")
    }

    fn set(self, response: &mut response::Parts, state: &UaaState, value: &str) -> Result<(), UaaError> {
        let cookie = Cookie::build((self.name(state), value))
            .path("/")
            .http_only(true)
            .secure(is_secure(state))
            .same_site(SameSite::Lax);
        let cookie = if value.is_empty() { cookie.removal() } else { cookie };
        let line = HeaderValue::from_str(&cookie.build().to_string())
            .map_err(|_| UaaError::invalid_request("This can stand in no cookie"))?;
        response.headers.append(SET_COOKIE, line);
        Ok(())
    }
}

fn is_secure(state: &UaaState) -> bool {
    state.external_url.starts_with("https:")
}
