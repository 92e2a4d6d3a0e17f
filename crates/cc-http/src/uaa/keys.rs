//! The keys by which others verify our tokens.

use super::Shared;
use super::error::UaaError;
use super::present::{self, json};
use axum::extract::State;
use axum::response::Response;
use cc_actions::identity::IdentityError;
use cc_domain::identity::PublicKey;
use http::StatusCode;
use serde_json::{Value, json};

async fn published(state: &Shared) -> Result<Vec<PublicKey>, UaaError> {
    Ok(state.identity.signer.public_keys().await.map_err(IdentityError::from)?)
}

/// `GET /token_keys`: every key whose tokens may still be good.
pub(super) async fn all(State(state): State<Shared>) -> Result<Response, UaaError> {
    let keys: Vec<Value> = published(&state).await?.iter().map(present::key).collect();
    Ok(json(StatusCode::OK, &json!({ "keys": keys })))
}

/// `GET /token_key`: the key that signs now.
pub(super) async fn active(State(state): State<Shared>) -> Result<Response, UaaError> {
    match published(&state).await?.first() {
        Some(key) => Ok(json(StatusCode::OK, &present::key(key))),
        None => Err(UaaError::new(StatusCode::NOT_FOUND, "not_found", "There is no key")),
    }
}
