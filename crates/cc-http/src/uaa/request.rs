//! What stands in the headers of a request: a bearer token, or a client's credentials.

use super::error::UaaError;
use super::form::{Form, decode};
use super::{UaaState, address};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cc_actions::identity::bearer::admit;
use cc_actions::identity::client::ClientCredentials;
use cc_domain::identity::{Claims, Surface};
use cc_domain::secret::Secret;
use http::StatusCode;
use http::header::AUTHORIZATION;
use http::request::Parts;

/// What follows the scheme in `Authorization`; schemes are compared without regard to case.
fn after_scheme<'a>(parts: &'a Parts, scheme: &str) -> Option<&'a str> {
    let value = parts.headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (found, rest) = value.trim().split_once(' ')?;
    found.eq_ignore_ascii_case(scheme).then(|| rest.trim())
}

/// The bearer token.
pub(super) fn bearer(parts: &Parts) -> Option<&str> {
    after_scheme(parts, "bearer")
}

/// The caller, if its token opens the surface.
pub(super) async fn caller(state: &UaaState, parts: &Parts, surface: Surface) -> Result<Claims, UaaError> {
    Ok(admit(&state.identity, bearer(parts), surface).await?)
}

/// The client's credentials: basic authentication, or `client_id` and `client_secret` in the form. Java sends both.
pub(super) fn client_credentials(parts: &Parts, form: &Form) -> Result<ClientCredentials, UaaError> {
    let bad = || UaaError::new(StatusCode::UNAUTHORIZED, "invalid_client", "Bad credentials");
    let address = address::text(&parts.extensions);
    let named = form.text("client_id");
    let Some(basic) = after_scheme(parts, "basic") else {
        let id = named.ok_or_else(bad)?.to_owned();
        let secret = form.secret("client_secret").unwrap_or_else(|| Secret::new(""));
        return Ok(ClientCredentials { id, secret, address });
    };
    let decoded = STANDARD.decode(basic).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let decoded = decoded.ok_or_else(bad)?;
    let (id, secret) = decoded.split_once(':').ok_or_else(bad)?;
    let is_encoded = parts.headers.get("x-cf-encoded-credentials").is_some_and(|value| value == "true");
    let (id, secret) =
        if is_encoded { (decode(id)?, decode(secret)?) } else { (id.to_owned(), secret.to_owned()) };
    if id.contains('\0') {
        return Err(bad());
    }
    if named.is_some_and(|named| named != id) {
        return Err(bad());
    }
    Ok(ClientCredentials { id, secret: Secret::from(secret), address })
}

/// The parameters of the query.
pub(super) fn query(parts: &Parts) -> Result<Form, UaaError> {
    Form::parse(parts.uri.query().unwrap_or_default())
}
