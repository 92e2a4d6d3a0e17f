//! Bodies in the form of the UAA.

use axum::response::{IntoResponse as _, Response};
use cc_domain::identity::{AutoApprove, Claims, Client, GrantType, Group, PublicKey, User};
use cc_domain::time::Timestamp;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, PRAGMA};
use http::{HeaderValue, StatusCode};
use serde_json::{Map, Value, json};

const SCIM: &str = "urn:scim:schemas:core:1.0";
/// The schema of lists of clients.
pub(super) const CLIENTS: &str = "http://cloudfoundry.org/schema/scim/oauth-clients-1.0";

/// A JSON answer.
pub(super) fn json(status: StatusCode, body: &Value) -> Response {
    let content_type = [(CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    (status, content_type, body.to_string()).into_response()
}

/// A JSON answer that nobody may keep.
pub(super) fn unstored(status: StatusCode, body: &Value) -> Response {
    let mut response = json(status, body);
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert(PRAGMA, HeaderValue::from_static("no-cache"));
    response
}

/// SCIM times have milliseconds.
fn moment(at: Timestamp) -> String {
    at.to_string().replace('Z', ".000Z")
}

pub(super) fn user(user: &User) -> Value {
    let mut name = Map::new();
    for (key, value) in [("familyName", &user.family_name), ("givenName", &user.given_name)] {
        if let Some(value) = value {
            name.insert(key.to_owned(), json!(value));
        }
    }
    let groups: Vec<Value> = user
        .effective_groups()
        .iter()
        .map(|group| json!({ "value": group, "display": group, "type": "DIRECT" }))
        .collect();
    json!({
        "id": user.guid,
        "meta": {
            "version": user.version,
            "created": moment(user.created_at),
            "lastModified": moment(user.updated_at),
        },
        "userName": user.username,
        "name": name,
        "emails": [{ "value": user.email, "primary": true }],
        "groups": groups,
        "approvals": [],
        "active": user.is_active,
        "verified": user.is_verified,
        "origin": user.origin,
        "zoneId": "uaa",
        "schemas": [SCIM],
    })
}

pub(super) fn user_id(user: &User) -> Value {
    json!({ "id": user.guid, "userName": user.username, "origin": user.origin })
}

pub(super) fn group(group: &Group) -> Value {
    let created = moment(group.created_at);
    json!({
        "id": group.guid,
        "meta": { "version": 0, "created": created, "lastModified": created },
        "displayName": group.name,
        "description": group.description,
        "members": group.members.iter().map(|guid| member(guid)).collect::<Vec<_>>(),
        "zoneId": "uaa",
        "schemas": [SCIM],
    })
}

pub(super) fn member(guid: &str) -> Value {
    json!({ "origin": "uaa", "type": "USER", "value": guid })
}

/// A SCIM list; `start` counts from 1.
pub(super) fn list(resources: Vec<Value>, start: u32, per_page: u32, total: u64) -> Value {
    json!({
        "resources": resources,
        "startIndex": start,
        "itemsPerPage": per_page,
        "totalResults": total,
        "schemas": [SCIM],
    })
}

/// A client without its secret.
pub(super) fn client(client: &Client) -> Value {
    let mut body = json!({
        "client_id": client.id,
        "scope": client.scopes,
        "resource_ids": ["none"],
        "authorized_grant_types": client.grant_types.iter().map(GrantType::as_str).collect::<Vec<_>>(),
        "redirect_uri": client.redirect_uris,
        "authorities": client.authorities,
        "autoapprove": match &client.auto_approve {
            AutoApprove::All => json!(true),
            AutoApprove::Only(scopes) => json!(scopes),
        },
        "lastModified": client.updated_at.micros() / 1000,
    });
    let optional = [
        ("name", client.name.as_ref().map(|name| json!(name))),
        ("access_token_validity", client.access_token_validity.map(|seconds| json!(seconds))),
        ("refresh_token_validity", client.refresh_token_validity.map(|seconds| json!(seconds))),
    ];
    if let Some(keys) = body.as_object_mut() {
        keys.extend(optional.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))));
    }
    body
}

pub(super) fn key(key: &PublicKey) -> Value {
    json!({
        "kty": "RSA",
        "e": key.exponent,
        "use": "sig",
        "kid": key.kid,
        "alg": "RS256",
        "value": key.pem,
        "n": key.modulus,
    })
}

/// What `/check_token` says about a token.
pub(super) fn claims(claims: &Claims) -> Value {
    let mut body = json!({
        "jti": claims.jti,
        "sub": claims.principal(),
        "scope": claims.scopes,
        "client_id": claims.client_id,
        "cid": claims.client_id,
        "azp": claims.client_id,
        "grant_type": claims.grant_type,
        "rev_sig": claims.rev_sig,
        "iat": claims.issued_at.seconds(),
        "exp": claims.expires_at.seconds(),
        "iss": claims.issuer,
        "zid": "uaa",
        "aud": claims.audiences,
        "revocable": true,
    });
    if let (Some(keys), Some(user)) = (body.as_object_mut(), &claims.user) {
        for (key, value) in [
            ("user_id", &user.guid),
            ("user_name", &user.username),
            ("email", &user.email),
            ("origin", &user.origin),
        ] {
            keys.insert(key.to_owned(), json!(value));
        }
    }
    if let (Some(keys), Some(at)) = (body.as_object_mut(), claims.auth_time) {
        keys.insert("auth_time".to_owned(), json!(at.seconds()));
    }
    body
}
