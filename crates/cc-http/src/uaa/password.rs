//! `PUT /Users/:id/password`: `cf passwd`.

use super::error::UaaError;
use super::present::unstored;
use super::request::caller;
use super::{Shared, address, scim};
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use cc_actions::identity::user::{ChangePassword, change_password};
use cc_domain::identity::Surface;
use cc_domain::secret::Secret;
use http::StatusCode;
use http::request::Parts;
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    old_password: Option<String>,
    password: Option<String>,
}

/// 401 tells the CLI that the old password is wrong, 422 that the new one is not acceptable.
pub(super) async fn change(
    State(state): State<Shared>,
    Path(guid): Path<String>,
    parts: Parts,
    bytes: Bytes,
) -> Result<Response, UaaError> {
    let claims = caller(&state, &parts, Surface::Password).await?;
    let body: Body = scim::body(&bytes)?;
    let command = ChangePassword {
        guid,
        old: body.old_password.map(Secret::from),
        new: Secret::from(body.password.unwrap_or_default()),
        address: address::text(&parts.extensions),
    };
    change_password(&state.identity, &claims, command).await?;
    Ok(unstored(StatusCode::OK, &json!({ "status": "ok", "message": "password updated" })))
}
