//! `/oauth/clients`.

use super::error::UaaError;
use super::present::{self, unstored};
use super::request::{caller, query};
use super::{Shared, address, scim};
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use cc_actions::identity::IdentityError;
use cc_actions::identity::bearer::need;
use cc_actions::identity::client::{self, ChangeSecret, CreateClient};
use cc_domain::identity::{AutoApprove, Client, ClientSecret, GrantType, Surface};
use cc_domain::secret::Secret;
use cc_domain::time::Timestamp;
use http::StatusCode;
use http::request::Parts;
use serde::Deserialize;
use serde_json::{Value, json};

const READ: &[&str] = &["clients.read", "clients.admin", "uaa.admin"];
const WRITE: &[&str] = &["clients.write", "clients.admin", "uaa.admin"];

/// `GET /oauth/clients/:id`: how the CLI finds a client for `--client`.
pub(super) async fn get(
    State(state): State<Shared>,
    Path(id): Path<String>,
    parts: Parts,
) -> Result<Response, UaaError> {
    need(&caller(&state, &parts, Surface::Clients).await?, READ)?;
    Ok(unstored(StatusCode::OK, &present::client(&client::get(&state.identity, &id).await?)))
}

/// Lists may come as JSON lists or, from older tools, as one text with commas.
#[derive(Default, Deserialize)]
#[serde(untagged)]
enum Words {
    #[default]
    None,
    Many(Vec<String>),
    One(String),
}

impl Words {
    fn list(self) -> Vec<String> {
        match self {
            Self::None => Vec::new(),
            Self::Many(words) => words,
            Self::One(text) => {
                let words = text.split([',', ' ']).filter(|word| !word.is_empty());
                words.map(str::to_owned).collect()
            }
        }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Approve {
    All(bool),
    Only(Words),
}

#[derive(Deserialize)]
struct Body {
    client_id: Option<String>,
    client_secret: Option<String>,
    name: Option<String>,
    #[serde(default)]
    authorized_grant_types: Words,
    #[serde(default)]
    scope: Words,
    #[serde(default)]
    authorities: Words,
    #[serde(default)]
    redirect_uri: Words,
    autoapprove: Option<Approve>,
    access_token_validity: Option<u32>,
    refresh_token_validity: Option<u32>,
}

impl Body {
    /// The client that is described, without a secret.
    fn client(self, now: Timestamp) -> Client {
        Client {
            id: self.client_id.unwrap_or_default(),
            name: self.name,
            secret: ClientSecret::Empty,
            grant_types: self
                .authorized_grant_types
                .list()
                .iter()
                .map(|name| GrantType::parse(name))
                .collect(),
            scopes: self.scope.list(),
            authorities: self.authorities.list(),
            redirect_uris: self.redirect_uri.list(),
            auto_approve: match self.autoapprove {
                Some(Approve::All(true)) => AutoApprove::All,
                Some(Approve::All(false)) | None => AutoApprove::Only(Vec::new()),
                Some(Approve::Only(words)) => AutoApprove::Only(words.list()),
            },
            access_token_validity: self.access_token_validity,
            refresh_token_validity: self.refresh_token_validity,
            token_epoch: now.seconds(),
            updated_at: now,
        }
    }
}

/// `GET /oauth/clients?filter=…`.
pub(super) async fn list(State(state): State<Shared>, parts: Parts) -> Result<Response, UaaError> {
    need(&caller(&state, &parts, Surface::Clients).await?, READ)?;
    let query = query(&parts)?;
    let window = scim::window(&query);
    let found = state.identity.accounts.list_clients(scim::filter(&query)?, window).await;
    let (found, total) = found.map_err(IdentityError::from)?;
    let resources: Vec<Value> = found.iter().map(present::client).collect();
    let mut body = present::list(resources, window.offset + 1, window.limit, total);
    if let Some(keys) = body.as_object_mut() {
        keys.insert("schemas".to_owned(), json!([present::CLIENTS]));
    }
    Ok(unstored(StatusCode::OK, &body))
}

/// `PUT /oauth/clients/:id`. A secret in the body does not count, as in the UAA.
pub(super) async fn update(
    State(state): State<Shared>,
    Path(id): Path<String>,
    parts: Parts,
    bytes: Bytes,
) -> Result<Response, UaaError> {
    let claims = caller(&state, &parts, Surface::Clients).await?;
    need(&claims, WRITE)?;
    let body: Body = scim::body(&bytes)?;
    if body.client_id.as_ref().is_some_and(|named| *named != id) {
        let text =
            format!("The client id ({}) does not match the URL ({id})", body.client_id.unwrap_or_default());
        return Err(UaaError::new(StatusCode::BAD_REQUEST, "invalid_client", text));
    }
    let described = Client { id, ..body.client(state.identity.clock.now()) };
    let updated = client::update(&state.identity, &claims, described).await?;
    Ok(unstored(StatusCode::OK, &present::client(&updated)))
}

/// `POST /oauth/clients`.
pub(super) async fn create(
    State(state): State<Shared>,
    parts: Parts,
    bytes: Bytes,
) -> Result<Response, UaaError> {
    let claims = caller(&state, &parts, Surface::Clients).await?;
    need(&claims, WRITE)?;
    let mut body: Body = scim::body(&bytes)?;
    let secret = body.client_secret.take().map(Secret::from);
    let command = CreateClient { client: body.client(state.identity.clock.now()), secret };
    let created = client::create(&state.identity, &claims, command).await?;
    Ok(unstored(StatusCode::CREATED, &present::client(&created)))
}

/// `DELETE /oauth/clients/:id`.
pub(super) async fn delete(
    State(state): State<Shared>,
    Path(id): Path<String>,
    parts: Parts,
) -> Result<Response, UaaError> {
    need(&caller(&state, &parts, Surface::Clients).await?, WRITE)?;
    Ok(unstored(StatusCode::OK, &present::client(&client::delete(&state.identity, &id).await?)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewSecret {
    old_secret: Option<String>,
    secret: Option<String>,
    change_mode: Option<String>,
}

/// `PUT /oauth/clients/:id/secret`, by an administrator of clients or by the client itself. Two secrets at a time, which the other
/// modes are for, are not kept.
pub(super) async fn change_secret(
    State(state): State<Shared>,
    Path(id): Path<String>,
    parts: Parts,
    bytes: Bytes,
) -> Result<Response, UaaError> {
    let claims = caller(&state, &parts, Surface::Clients).await?;
    need(&claims, &["clients.secret", "clients.admin", "uaa.admin"])?;
    let body: NewSecret = scim::body(&bytes)?;
    if let Some(mode) = body.change_mode.filter(|mode| mode != "UPDATE") {
        let text = format!("changeMode {mode} is not supported: a client has one secret");
        return Err(UaaError::new(StatusCode::BAD_REQUEST, "invalid_client", text));
    }
    let command = ChangeSecret {
        id,
        old: body.old_secret.map(Secret::from),
        new: Secret::from(body.secret.unwrap_or_default()),
        address: address::text(&parts.extensions),
    };
    client::change_secret(&state.identity, &claims, command).await?;
    Ok(unstored(StatusCode::OK, &json!({ "status": "ok", "message": "secret updated" })))
}
