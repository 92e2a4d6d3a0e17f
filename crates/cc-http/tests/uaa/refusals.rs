use super::world::{ADMIN_SECRET, PASSWORD, World, claims, form_request};
use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{Method, Request, StatusCode};
use serde_json::json;

#[tokio::test]
async fn a_wrong_password_and_an_unknown_user_are_told_in_the_same_words() {
    let world = World::new().await;
    for (username, password) in [("admin", "wrong"), ("nobody", PASSWORD), ("admin", "")] {
        let answer = world.login(username, password).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert_eq!(answer.json(), json!({"error": "unauthorized", "error_description": "Bad credentials"}));
        assert_eq!(answer.headers["cache-control"], "no-store");
    }
}

#[tokio::test]
async fn a_wrong_client_is_refused_however_it_comes() {
    let world = World::new().await;
    let form = [("grant_type", "password"), ("username", "admin"), ("password", PASSWORD)];
    for basic in ["cf:secret", "nobody:", "admin:wrong", "cf"] {
        assert_eq!(world.grant(basic, &form).await.refusal(), (401, "invalid_client".to_owned()), "{basic}");
    }
    let none = world.send(form_request("/oauth/token", None, &form)).await;
    assert_eq!(none.refusal(), (401, "invalid_client".to_owned()));
    assert!(none.headers.contains_key("www-authenticate"));
}

#[tokio::test]
async fn a_grant_that_is_missing_unknown_or_not_the_clients_is_refused() {
    let world = World::new().await;
    let admin = format!("admin:{ADMIN_SECRET}");
    let user = [("grant_type", "password"), ("username", "admin"), ("password", PASSWORD)];
    assert_eq!(world.grant("cf:", &[]).await.refusal(), (400, "invalid_request".to_owned()));
    assert_eq!(world.grant(&admin, &user).await.refusal(), (401, "invalid_client".to_owned()));
    let own = [("grant_type", "client_credentials")];
    assert_eq!(world.grant("cf:", &own).await.refusal(), (401, "invalid_client".to_owned()));
    let jwt = [("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", "x")];
    assert_eq!(world.grant("cf:", &jwt).await.refusal(), (400, "unsupported_grant_type".to_owned()));
    let passcode = [("grant_type", "password"), ("passcode", "abc")];
    assert_eq!(world.grant("cf:", &passcode).await.refusal(), (401, "unauthorized".to_owned()));
}

#[tokio::test]
async fn a_form_that_could_mean_two_things_is_refused() {
    let world = World::new().await;
    let twice = [("grant_type", "password"), ("username", "a"), ("username", "b"), ("password", "x")];
    assert_eq!(world.grant("cf:", &twice).await.refusal(), (400, "invalid_request".to_owned()));
}

#[tokio::test]
async fn passwords_are_not_read_from_the_query() {
    let world = World::new().await;
    let path = "/oauth/token?grant_type=password&username=admin&password=first+password+%26+more";
    let answer = world.send(form_request(path, Some("cf:"), &[])).await;
    assert_eq!(answer.refusal(), (400, "invalid_request".to_owned()));
}

#[tokio::test]
async fn a_refresh_token_opens_nothing_as_an_access_token() {
    let world = World::new().await;
    let refresh = world.login("admin", PASSWORD).await.field("refresh_token");
    for path in ["/Users", "/userinfo", "/oauth/clients/cf", "/Groups"] {
        assert_eq!(world.get(path, &refresh).await.refusal(), (401, "invalid_token".to_owned()), "{path}");
    }
}

#[tokio::test]
async fn an_access_token_does_not_refresh() {
    let world = World::new().await;
    let access = world.admin_token().await;
    let form = [("grant_type", "refresh_token"), ("refresh_token", access.as_str())];
    assert_eq!(world.grant("cf:", &form).await.refusal(), (401, "invalid_token".to_owned()));
}

#[tokio::test]
async fn a_token_without_a_signature_or_of_a_foreign_key_is_refused() {
    let (ours, theirs) = (World::with_own_key().await, World::with_own_key().await);
    let token = ours.admin_token().await;
    let header = URL_SAFE_NO_PAD.encode(json!({"alg": "none", "typ": "JWT"}).to_string());
    let body = URL_SAFE_NO_PAD.encode(claims(&token).to_string());
    let unsigned = format!("{header}.{body}.");
    for forged in [unsigned, theirs.admin_token().await, "garbage".to_owned()] {
        assert_eq!(ours.get("/Users", &forged).await.refusal(), (401, "invalid_token".to_owned()));
    }
}

#[tokio::test]
async fn an_expired_token_is_refused() {
    let world = World::new().await;
    let token = world.admin_token().await;
    world.clock.advance(1199);
    assert_eq!(world.get("/Users", &token).await.status, StatusCode::OK);
    world.clock.advance(1);
    assert_eq!(world.get("/Users", &token).await.refusal(), (401, "invalid_token".to_owned()));
}

#[tokio::test]
async fn nobody_gets_in_without_a_token() {
    let world = World::new().await;
    let paths = [
        (Method::GET, "/Users"),
        (Method::POST, "/Users"),
        (Method::GET, "/Users/x"),
        (Method::PUT, "/Users/x"),
        (Method::DELETE, "/Users/x"),
        (Method::PUT, "/Users/x/password"),
        (Method::GET, "/ids/Users"),
        (Method::GET, "/Groups"),
        (Method::GET, "/Groups/x"),
        (Method::GET, "/Groups/x/members"),
        (Method::POST, "/Groups/x/members"),
        (Method::DELETE, "/Groups/x/members/y"),
        (Method::POST, "/oauth/clients"),
        (Method::GET, "/oauth/clients/cf"),
        (Method::DELETE, "/oauth/clients/cf"),
        (Method::PUT, "/oauth/clients/cf/secret"),
        (Method::GET, "/userinfo"),
        (Method::GET, "/oauth/authorize?response_type=code&client_id=ssh-proxy"),
        (Method::DELETE, "/oauth/token/revoke/x"),
    ];
    for (method, path) in paths {
        let request = Request::builder().method(&method).uri(path).body(Body::empty()).expect("a request");
        assert_eq!(world.send(request).await.refusal(), (401, "unauthorized".to_owned()), "{method} {path}");
    }
}

#[tokio::test]
async fn a_plain_user_administers_nothing() {
    let world = World::new().await;
    assert_eq!(world.create_user("plain", "pw").await.status, StatusCode::CREATED);
    let token = world.login("plain", "pw").await.field("access_token");
    let admin = world.admin_guid().await;
    let profile = json!({"userName": "x", "password": "y", "emails": [{"value": "x"}]});
    let calls = [
        (Method::GET, "/Users".to_owned()),
        (Method::POST, "/Users".to_owned()),
        (Method::PUT, format!("/Users/{admin}")),
        (Method::DELETE, format!("/Users/{admin}")),
        (Method::PUT, format!("/Users/{admin}/password")),
        (Method::GET, "/Groups".to_owned()),
        (Method::POST, "/Groups/x/members".to_owned()),
        (Method::GET, "/oauth/clients/cf".to_owned()),
        (Method::POST, "/oauth/clients".to_owned()),
        (Method::DELETE, "/oauth/clients/cf".to_owned()),
    ];
    for (method, path) in calls {
        let answer = world.call(method.clone(), &path, &token, Some(profile.clone())).await;
        assert_eq!(answer.refusal(), (403, "insufficient_scope".to_owned()), "{method} {path}");
    }
}
