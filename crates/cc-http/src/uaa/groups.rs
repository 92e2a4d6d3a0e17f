//! `/Groups`: which users hold which scopes.

use super::error::UaaError;
use super::present::{self, json};
use super::request::{caller, query};
use super::{Shared, scim};
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use cc_actions::identity::bearer::need;
use cc_actions::identity::{IdentityError, group};
use cc_domain::identity::Surface;
use http::StatusCode;
use http::request::Parts;
use serde::Deserialize;
use serde_json::Value;

const READ: &[&str] = &["scim.read", "uaa.admin"];
const WRITE: &[&str] = &["scim.write", "uaa.admin"];

/// `GET /Groups?filter=displayName eq "…"`.
pub(super) async fn list(State(state): State<Shared>, parts: Parts) -> Result<Response, UaaError> {
    need(&caller(&state, &parts, Surface::Scim).await?, READ)?;
    let query = query(&parts)?;
    let window = scim::window(&query);
    let found = state.identity.accounts.list_groups(scim::filter(&query)?, window).await;
    let (found, total) = found.map_err(IdentityError::from)?;
    let resources: Vec<Value> = found.iter().map(present::group).collect();
    Ok(json(StatusCode::OK, &present::list(resources, window.offset + 1, window.limit, total)))
}

/// `GET /Groups/:id`.
pub(super) async fn get(
    State(state): State<Shared>,
    Path(guid): Path<String>,
    parts: Parts,
) -> Result<Response, UaaError> {
    need(&caller(&state, &parts, Surface::Scim).await?, READ)?;
    Ok(json(StatusCode::OK, &present::group(&group::get(&state.identity, &guid).await?)))
}

/// `GET /Groups/:id/members`.
pub(super) async fn members(
    State(state): State<Shared>,
    Path(guid): Path<String>,
    parts: Parts,
) -> Result<Response, UaaError> {
    need(&caller(&state, &parts, Surface::Scim).await?, READ)?;
    let group = group::get(&state.identity, &guid).await?;
    let members: Vec<Value> = group.members.iter().map(|guid| present::member(guid)).collect();
    Ok(json(StatusCode::OK, &Value::Array(members)))
}

#[derive(Deserialize)]
struct Member {
    value: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
}

/// `POST /Groups/:id/members`. Groups within groups are not served.
pub(super) async fn add_member(
    State(state): State<Shared>,
    Path(guid): Path<String>,
    parts: Parts,
    bytes: Bytes,
) -> Result<Response, UaaError> {
    need(&caller(&state, &parts, Surface::Scim).await?, WRITE)?;
    let member: Member = scim::body(&bytes)?;
    if member.kind.is_some_and(|kind| !kind.eq_ignore_ascii_case("user")) {
        return Err(UaaError::invalid_scim("Only users can be members"));
    }
    let user = member.value.ok_or_else(|| UaaError::invalid_scim("A member needs a value"))?;
    group::add_member(&state.identity, &guid, &user).await?;
    Ok(json(StatusCode::CREATED, &present::member(&user)))
}

/// `DELETE /Groups/:id/members/:user`.
pub(super) async fn remove_member(
    State(state): State<Shared>,
    Path((guid, user)): Path<(String, String)>,
    parts: Parts,
) -> Result<Response, UaaError> {
    need(&caller(&state, &parts, Surface::Scim).await?, WRITE)?;
    group::remove_member(&state.identity, &guid, &user).await?;
    Ok(json(StatusCode::OK, &present::member(&user)))
}
