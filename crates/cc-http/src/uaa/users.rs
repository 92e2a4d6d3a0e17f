//! `/Users`, `/ids/Users` and `/userinfo`.

use super::error::UaaError;
use super::present::{self, json, unstored};
use super::request::{caller, query};
use super::{Shared, scim};
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use cc_actions::identity::bearer::need;
use cc_actions::identity::user::{self, CreateUser, Profile};
use cc_actions::identity::{IdentityError, user as users};
use cc_domain::identity::{Comparison, Filter, ORIGIN_UAA, Operator, Surface, TokenError, UserAttribute};
use cc_domain::secret::Secret;
use http::header::{ETAG, IF_MATCH};
use http::request::Parts;
use http::{HeaderValue, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

/// A SCIM user as clients send it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    user_name: Option<String>,
    password: Option<String>,
    origin: Option<String>,
    #[serde(default)]
    name: Option<Name>,
    #[serde(default)]
    emails: Option<Vec<Email>>,
    active: Option<bool>,
    verified: Option<bool>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Name {
    given_name: Option<String>,
    family_name: Option<String>,
}

#[derive(Deserialize)]
struct Email {
    value: Option<String>,
}

impl Body {
    fn profile(&mut self) -> Result<Profile, UaaError> {
        let mut emails = self.emails.take().unwrap_or_default();
        let email = match (emails.pop(), emails.is_empty()) {
            (Some(email), true) => email.value.unwrap_or_default(),
            _ => return Err(UaaError::invalid_scim("Exactly one email must be provided.")),
        };
        let name = self.name.take().unwrap_or_default();
        Ok(Profile {
            username: self.user_name.take().unwrap_or_default(),
            email,
            given_name: name.given_name.filter(|name| !name.is_empty()),
            family_name: name.family_name.filter(|name| !name.is_empty()),
            is_active: self.active.unwrap_or(true),
            is_verified: self.verified.unwrap_or(true),
        })
    }
}

fn tagged(status: StatusCode, user: &cc_domain::identity::User) -> Response {
    let mut response = unstored(status, &present::user(user));
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{}\"", user.version)) {
        response.headers_mut().insert(ETAG, tag);
    }
    response
}

/// `GET /Users?filter=…`.
pub(super) async fn list(State(state): State<Shared>, parts: Parts) -> Result<Response, UaaError> {
    need(&caller(&state, &parts, Surface::Scim).await?, &["scim.read", "uaa.admin"])?;
    let query = query(&parts)?;
    let window = scim::window(&query);
    let found = state.identity.accounts.list_users(scim::filter(&query)?, window).await;
    let (found, total) = found.map_err(IdentityError::from)?;
    let resources: Vec<Value> = found.iter().map(present::user).collect();
    Ok(json(StatusCode::OK, &present::list(resources, window.offset + 1, window.limit, total)))
}

/// `GET /ids/Users?filter=…`: names and guids only; without `includeInactive=true`, of active users.
pub(super) async fn ids(State(state): State<Shared>, parts: Parts) -> Result<Response, UaaError> {
    need(&caller(&state, &parts, Surface::Scim).await?, &["scim.userids", "scim.read", "uaa.admin"])?;
    let query = query(&parts)?;
    let asked: Filter<UserAttribute> = scim::filter(&query)?
        .ok_or_else(|| UaaError::new(StatusCode::BAD_REQUEST, "scim", "A filter must be supplied"))?;
    let filter = if query.text("includeInactive") == Some("true") {
        asked
    } else {
        let active = Comparison {
            attribute: UserAttribute::Active,
            operator: Operator::Equals,
            value: "true".to_owned(),
        };
        Filter::All(vec![asked, Filter::Compare(active)])
    };
    let window = scim::window(&query);
    let found = state.identity.accounts.list_users(Some(filter), window).await;
    let (found, total) = found.map_err(IdentityError::from)?;
    let resources: Vec<Value> = found.iter().map(present::user_id).collect();
    Ok(json(StatusCode::OK, &present::list(resources, window.offset + 1, window.limit, total)))
}

/// `POST /Users`.
pub(super) async fn create(
    State(state): State<Shared>,
    parts: Parts,
    bytes: Bytes,
) -> Result<Response, UaaError> {
    need(&caller(&state, &parts, Surface::Scim).await?, &["scim.write", "scim.create", "uaa.admin"])?;
    let mut body: Body = scim::body(&bytes)?;
    let command = CreateUser {
        profile: body.profile()?,
        origin: body.origin.filter(|origin| !origin.is_empty()).unwrap_or_else(|| ORIGIN_UAA.to_owned()),
        password: body.password.map(Secret::from),
    };
    Ok(tagged(StatusCode::CREATED, &users::create(&state.identity, command).await?))
}

/// `GET /Users/:id`.
pub(super) async fn get(
    State(state): State<Shared>,
    Path(guid): Path<String>,
    parts: Parts,
) -> Result<Response, UaaError> {
    let claims = caller(&state, &parts, Surface::Scim).await?;
    let is_own = claims.user.as_ref().is_some_and(|user| user.guid == guid) && claims.has_scope("scim.me");
    if !is_own {
        need(&claims, &["scim.read", "uaa.admin"])?;
    }
    Ok(tagged(StatusCode::OK, &user::get(&state.identity, &guid).await?))
}

/// `PUT /Users/:id`. `If-Match`, where given, must name the version that is replaced.
pub(super) async fn update(
    State(state): State<Shared>,
    Path(guid): Path<String>,
    parts: Parts,
    bytes: Bytes,
) -> Result<Response, UaaError> {
    need(&caller(&state, &parts, Surface::Scim).await?, &["scim.write", "uaa.admin"])?;
    let mut body: Body = scim::body(&bytes)?;
    let expected =
        match parts.headers.get(IF_MATCH).map(|tag| tag.to_str().unwrap_or_default().trim_matches('"')) {
            None | Some("*") => None,
            Some(tag) => Some(
                tag.parse()
                    .map_err(|_| UaaError::invalid_scim("Invalid version match header: only numbers are."))?,
            ),
        };
    let updated = users::update(&state.identity, &guid, body.profile()?, expected).await?;
    Ok(tagged(StatusCode::OK, &updated))
}

/// `DELETE /Users/:id`. The CLI reads the body.
pub(super) async fn delete(
    State(state): State<Shared>,
    Path(guid): Path<String>,
    parts: Parts,
) -> Result<Response, UaaError> {
    need(&caller(&state, &parts, Surface::Scim).await?, &["scim.write", "uaa.admin"])?;
    Ok(tagged(StatusCode::OK, &users::delete(&state.identity, &guid).await?))
}

/// `GET /userinfo`.
pub(super) async fn info(State(state): State<Shared>, parts: Parts) -> Result<Response, UaaError> {
    let claims = caller(&state, &parts, Surface::UserInfo).await?;
    need(&claims, &["openid"])?;
    let guid = claims.user.map(|user| user.guid).ok_or(IdentityError::Token(TokenError::Malformed))?;
    let user = user::get(&state.identity, &guid).await?;
    let names = [user.given_name.as_deref(), user.family_name.as_deref()];
    let full_name = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let body = json!({
        "user_id": user.guid,
        "sub": user.guid,
        "user_name": user.username,
        "given_name": user.given_name,
        "family_name": user.family_name,
        "name": full_name,
        "email": user.email,
        "email_verified": user.is_verified,
        "origin": user.origin,
    });
    Ok(unstored(StatusCode::OK, &body))
}
