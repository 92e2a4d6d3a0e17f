//! The login server over HTTP: the part of the UAA that clients use (client-flows 3).
//!
//! Errors are OAuth's and SCIM's (`error`, `error_description`), not those of the API, and nothing here is an
//! operation of `/v3`. Handlers decode, call `cc_actions::identity` and present; what a grant gives is decided in
//! `cc_domain::identity`. The pages for browsers are in `page`; there is none for consent. Start reading at `token`.

mod address;
mod authorize;
mod clients;
mod discovery;
mod error;
mod form;
mod groups;
mod keys;
mod page;
mod password;
mod present;
mod request;
mod scim;
mod token;
mod users;

use crate::retry_after::with_retry_after;
use axum::Router;
use axum::body::Body;
use axum::extract::DefaultBodyLimit;
use axum::http::{Request, Response};
use axum::middleware::{Next, from_fn, map_response};
use axum::response::IntoResponse;
use axum::routing::{delete, get, post, put};
use cc_actions::fault::NUL;
use cc_actions::identity::Identity;
use std::sync::Arc;

pub use address::ClientAddress;

/// What the handlers need.
pub struct UaaState {
    pub identity: Identity,
    /// The address of the login server as clients see it, without a slash at the end. Links are built from it;
    /// `identity.issuer` must be this and `/oauth/token`.
    pub external_url: String,
}

type Shared = Arc<UaaState>;

const LARGEST_BODY: usize = 256 * 1024;

/// No name or guid in a path has U+0000; queries and forms are looked at where they are decoded.
async fn without_nul(request: Request<Body>, next: Next) -> Response<Body> {
    if request.uri().path().contains("%00") {
        return error::UaaError::invalid_request(NUL).into_response();
    }
    next.run(request).await
}

/// All paths of the login server. The peer's address is taken from a [`ClientAddress`] in the request's
/// extensions, else from axum's `ConnectInfo<SocketAddr>`.
pub fn router(state: Arc<UaaState>) -> Router {
    Router::new()
        .route("/login", get(page::login::show))
        .route("/login.do", post(page::login::submit))
        .route("/logout.do", get(page::login::leave))
        .route("/passcode", get(page::passcode::show))
        .route("/info", get(discovery::info))
        .route("/.well-known/openid-configuration", get(discovery::openid))
        .route("/token_keys", get(keys::all))
        .route("/token_key", get(keys::active))
        .route("/oauth/token", post(token::issue))
        .route("/oauth/token/.well-known/openid-configuration", get(discovery::openid))
        .route("/oauth/token/revoke/{jti}", delete(token::revoke))
        .route("/oauth/authorize", get(authorize::code).post(authorize::code))
        .route("/check_token", post(token::check))
        .route("/userinfo", get(users::info).post(users::info))
        .route("/Users", get(users::list).post(users::create))
        .route("/Users/{guid}", get(users::get).put(users::update).delete(users::delete))
        .route("/Users/{guid}/password", put(password::change))
        .route("/ids/Users", get(users::ids))
        .route("/Groups", get(groups::list))
        .route("/Groups/{guid}", get(groups::get))
        .route("/Groups/{guid}/members", get(groups::members).post(groups::add_member))
        .route("/Groups/{guid}/members/{user}", delete(groups::remove_member))
        .route("/oauth/clients", get(clients::list).post(clients::create))
        .route("/oauth/clients/{id}", get(clients::get).put(clients::update).delete(clients::delete))
        .route("/oauth/clients/{id}/secret", put(clients::change_secret))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(from_fn(without_nul))
        .layer(map_response(with_retry_after))
        .with_state(state)
}
