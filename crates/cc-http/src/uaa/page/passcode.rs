//! `GET /passcode`: what `cf login --sso` asks for.

use super::super::error::UaaError;
use super::super::{Shared, present};
use super::{Jar, is_browser, log_in_first, render};
use axum::extract::State;
use axum::response::Response;
use cc_actions::identity::{IdentityError, session};
use cc_domain::secret::Secret;
use http::StatusCode;
use http::request::Parts;
use minijinja::context;
use serde_json::json;

/// A new passcode of who is logged in; browsers are sent to the login page first. Programs get the JSON text.
pub(in super::super) async fn show(State(state): State<Shared>, parts: Parts) -> Result<Response, UaaError> {
    let current = Jar::Session.read(&state, &parts);
    let Some(claims) = session::current(&state.identity, current.as_ref().map(Secret::expose)).await? else {
        return if is_browser(&parts) { log_in_first(&parts) } else { Err(IdentityError::NoToken.into()) };
    };
    let passcode = session::passcode(&state.identity, &claims).await?;
    if !is_browser(&parts) {
        return Ok(present::unstored(StatusCode::OK, &json!(passcode.expose())));
    }
    let user = claims.user.map(|user| user.username);
    let minutes = state.identity.policy.code_validity / 60;
    render(StatusCode::OK, "passcode.html", context! { user, minutes, passcode => passcode.expose() })
}
