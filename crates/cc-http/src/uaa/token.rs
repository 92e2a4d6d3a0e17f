//! `POST /oauth/token`, `POST /check_token`, `DELETE /oauth/token/revoke/:jti`.

use super::error::UaaError;
use super::form::Form;
use super::request::{bearer, client_credentials, query};
use super::{Shared, address, present};
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use cc_actions::identity::bearer::need;
use cc_actions::identity::login::Login;
use cc_actions::identity::token::{Grant, Tokens};
use cc_actions::identity::{IdentityError, client, revoke as revocation, token};
use cc_domain::identity::{client_scopes, requested_scopes};
use http::StatusCode;
use http::request::Parts;
use serde_json::{Value, json};

/// `POST /oauth/token` (client-flows 3.2).
pub(super) async fn issue(
    State(state): State<Shared>,
    parts: Parts,
    body: Bytes,
) -> Result<Response, UaaError> {
    let form = Form::parse_body(&body)?;
    let grant = grant(&parts, &form)?;
    let credentials = client_credentials(&parts, &form)?;
    let scopes = requested_scopes(form.text("scope"));
    let tokens = token::issue(&state.identity, &credentials, grant, &scopes).await?;
    Ok(present::unstored(StatusCode::OK, &answer(&tokens)))
}

fn grant(parts: &Parts, form: &Form) -> Result<Grant, UaaError> {
    let name = form.text("grant_type").ok_or_else(|| UaaError::invalid_request("Missing grant type"))?;
    let needed = |key: &str| {
        form.secret(key)
            .filter(|value| !value.expose().is_empty())
            .ok_or_else(|| UaaError::invalid_request(format!("A {key} must be supplied")))
    };
    Ok(match name {
        "password" if form.text("passcode").is_some() => Grant::Passcode(needed("passcode")?),
        "password" => Grant::Password(login(parts, form)?),
        "refresh_token" => Grant::Refresh(needed("refresh_token")?),
        "client_credentials" => Grant::ClientCredentials,
        "authorization_code" => {
            Grant::Code { code: needed("code")?, redirect_uri: form.text("redirect_uri").map(str::to_owned) }
        }
        other => Grant::Other(other.to_owned()),
    })
}

fn login(parts: &Parts, form: &Form) -> Result<Login, UaaError> {
    let missing = |key: &str| UaaError::invalid_request(format!("A {key} must be supplied"));
    Ok(Login {
        username: form.text("username").ok_or_else(|| missing("username"))?.to_owned(),
        password: form.secret("password").ok_or_else(|| missing("password"))?,
        origin: origin(parts, form)?,
        address: address::text(&parts.extensions),
    })
}

/// The origin in `login_hint`, a JSON object: the CLI puts it in the query, Java in the form.
fn origin(parts: &Parts, form: &Form) -> Result<Option<String>, UaaError> {
    let query = query(parts)?;
    let Some(hint) = form.text("login_hint").or_else(|| query.text("login_hint")) else { return Ok(None) };
    let hint: Value = serde_json::from_str(hint)
        .or_else(|_| serde_json::from_str(&super::form::decode(hint).unwrap_or_default()))
        .map_err(|_| UaaError::invalid_request("The login_hint is not JSON"))?;
    Ok(hint.get("origin").and_then(Value::as_str).map(str::to_owned))
}

/// `token_type` is lower case: the CLI stores it and later strips `bearer `.
fn answer(tokens: &Tokens) -> Value {
    let access = &tokens.access;
    let mut body = json!({
        "access_token": tokens.access_token,
        "token_type": "bearer",
        "expires_in": access.expires_at.seconds() - access.issued_at.seconds(),
        "scope": access.scopes.join(" "),
        "jti": access.jti,
    });
    if let (Some(keys), Some(refresh)) = (body.as_object_mut(), &tokens.refresh_token) {
        keys.insert("refresh_token".to_owned(), json!(refresh));
    }
    body
}

/// `POST /check_token`: a client with `uaa.resource` asks what a token says.
pub(super) async fn check(
    State(state): State<Shared>,
    parts: Parts,
    body: Bytes,
) -> Result<Response, UaaError> {
    let form = Form::parse_body(&body)?;
    let credentials = client_credentials(&parts, &Form::default())?;
    let caller = client::authenticate(&state.identity, &credentials).await?;
    let held = client_scopes(&caller, &[]).map_err(IdentityError::from)?;
    if !held.iter().any(|scope| scope == "uaa.resource") {
        return Err(IdentityError::MissingScope(vec!["uaa.resource".to_owned()]).into());
    }
    let token = form.text("token").ok_or_else(|| UaaError::invalid_request("A token must be supplied"))?;
    let verified = state.identity.verifier.verify(token, state.identity.clock.now()).await;
    let claims = verified.map_err(|error| match IdentityError::from(error) {
        IdentityError::Token(_) => {
            UaaError::new(StatusCode::BAD_REQUEST, "invalid_token", "Token is not valid")
        }
        other => other.into(),
    })?;
    let wanted = requested_scopes(form.text("scopes"));
    let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
    for scope in wanted {
        need(&claims, &[scope])?;
    }
    Ok(present::unstored(StatusCode::OK, &present::claims(&claims)))
}

/// `DELETE /oauth/token/revoke/:jti`, as `cf logout` sends it for both of its tokens.
pub(super) async fn revoke(
    State(state): State<Shared>,
    Path(jti): Path<String>,
    parts: Parts,
) -> Result<Response, UaaError> {
    revocation::revoke(&state.identity, bearer(&parts), &jti).await?;
    Ok(present::unstored(StatusCode::OK, &json!({})))
}
