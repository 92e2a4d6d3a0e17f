//! `GET /login`, `POST /login.do`, `GET /logout.do`.

use super::super::error::UaaError;
use super::super::form::Form;
use super::super::request::query;
use super::super::{Shared, UaaState, address, discovery};
use super::{Jar, is_browser, render, see};
use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use cc_actions::identity::login::Login;
use cc_actions::identity::{IdentityError, session};
use cc_domain::identity::own_path;
use cc_domain::secret::Secret;
use http::StatusCode;
use http::header::RETRY_AFTER;
use http::request::Parts;
use minijinja::context;

const REJECTED: &str = "Unable to verify email or password. Please try again.";
const STALE: &str = "This form was too old. Please try again.";

/// The form, unless somebody is logged in already; and what clients are told, to programs.
pub(in super::super) async fn show(State(state): State<Shared>, parts: Parts) -> Result<Response, UaaError> {
    if !is_browser(&parts) {
        return Ok(discovery::info(State(state)).await);
    }
    let given = query(&parts)?;
    let next = given.text("next").and_then(own_path);
    let current = Jar::Session.read(&state, &parts);
    let current = session::current(&state.identity, current.as_ref().map(Secret::expose)).await?;
    match (current, next) {
        (None, next) => form(&state, &parts, StatusCode::OK, next, None),
        (Some(_), Some(next)) => see(next),
        (Some(claims), None) => {
            let user = claims.user.map(|user| user.username);
            render(StatusCode::OK, "login.html", context! { user })
        }
    }
}

/// All forms of one browser repeat the same, so that each of several can be sent.
fn form(
    state: &UaaState,
    parts: &Parts,
    status: StatusCode,
    next: Option<&str>,
    complaint: Option<&str>,
) -> Result<Response, UaaError> {
    let kept = Jar::Form.read(state, parts).filter(|kept| !kept.expose().is_empty());
    let repeated = kept.unwrap_or_else(|| state.identity.mint.code());
    let values = context! { next, complaint, repeated => repeated.expose() };
    let (mut head, body) = render(status, "login.html", values)?.into_parts();
    Jar::Form.fill(&mut head, state, &repeated)?;
    Ok(Response::from_parts(head, body))
}

/// What the form sends. A wrong password costs here what it costs elsewhere.
pub(in super::super) async fn submit(
    State(state): State<Shared>,
    parts: Parts,
    body: Bytes,
) -> Result<Response, UaaError> {
    let given = Form::parse_body(&body)?;
    let next = given.text("next").and_then(own_path);
    let repeated = given.secret("X-Uaa-Csrf").zip(Jar::Form.read(&state, &parts));
    if !repeated.is_some_and(|(sent, kept)| !sent.expose().is_empty() && sent.is_same(&kept)) {
        return form(&state, &parts, StatusCode::FORBIDDEN, next, Some(STALE));
    }
    let login = Login {
        username: given.text("username").unwrap_or_default().to_owned(),
        password: given.secret("password").unwrap_or_else(|| Secret::new("")),
        origin: None,
        address: address::text(&parts.extensions),
    };
    match session::open(&state.identity, &login).await {
        Ok(token) => {
            let (mut head, body) = see(next.unwrap_or("/login"))?.into_parts();
            Jar::Session.fill(&mut head, &state, &token)?;
            Ok(Response::from_parts(head, body))
        }
        Err(IdentityError::BadCredentials) => form(&state, &parts, StatusCode::OK, next, Some(REJECTED)),
        Err(IdentityError::TooManyAttempts { retry_after }) => {
            let complaint = Some("Too many attempts to log in wait already. Please try again later.");
            let mut answer = form(&state, &parts, StatusCode::TOO_MANY_REQUESTS, next, complaint)?;
            answer.headers_mut().insert(RETRY_AFTER, retry_after.into());
            Ok(answer)
        }
        Err(other) => Err(other.into()),
    }
}

/// Ends the session, here and for whoever else holds its cookie.
pub(in super::super) async fn leave(State(state): State<Shared>, parts: Parts) -> Result<Response, UaaError> {
    let current = Jar::Session.read(&state, &parts);
    session::close(&state.identity, current.as_ref().map(Secret::expose)).await?;
    let (mut head, body) = see("/login")?.into_parts();
    Jar::Session.empty(&mut head, &state)?;
    Ok(Response::from_parts(head, body))
}
