//! What clients ask before they log in.

use super::Shared;
use super::present::json;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde_json::json;

/// The UAA release whose behaviour is served. The CLI asks for 4.26.0 at least when `--origin` is given.
const UAA_VERSION: &str = "77.20.0";

/// `GET /info`, and `GET /login` for programs. No links to pages for making an account or a new password, since there are none.
pub(super) async fn info(State(state): State<Shared>) -> Response {
    let url = &state.external_url;
    let passcode = format!("Temporary Authentication Code ( Get one at {url}/passcode )");
    let body = json!({
        "app": { "version": UAA_VERSION },
        "links": {
            "uaa": url,
            "login": url,
        },
        "zone_name": "uaa",
        "entityID": url,
        "commit_id": env!("CARGO_PKG_VERSION"),
        "timestamp": "2025-01-01T00:00:00+0000",
        "idpDefinitions": {},
        "prompts": {
            "username": ["text", "Email"],
            "password": ["password", "Password"],
            "passcode": ["password", passcode],
        },
    });
    json(StatusCode::OK, &body)
}

/// `GET /.well-known/openid-configuration`.
pub(super) async fn openid(State(state): State<Shared>) -> Response {
    let url = &state.external_url;
    let body = json!({
        "issuer": state.identity.issuer,
        "authorization_endpoint": format!("{url}/oauth/authorize"),
        "token_endpoint": format!("{url}/oauth/token"),
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
        "userinfo_endpoint": format!("{url}/userinfo"),
        "jwks_uri": format!("{url}/token_keys"),
        "scopes_supported": ["openid", "profile", "roles", "user_attributes"],
        "response_types_supported": ["code"],
        "grant_types_supported": ["password", "refresh_token", "client_credentials", "authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claims_supported": ["sub", "user_name", "origin", "iss", "auth_time", "client_id", "aud", "zid", "grant_type",
            "user_id", "azp", "scope", "exp", "iat", "jti", "rev_sig", "cid", "email"],
        "claims_parameter_supported": false,
        "ui_locales_supported": ["en-US"],
    });
    json(StatusCode::OK, &body)
}
