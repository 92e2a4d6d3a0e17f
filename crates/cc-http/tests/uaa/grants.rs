use super::world::{ADMIN_SECRET, PASSWORD, World, claims, form_request};
use axum::body::Body;
use http::{Request, StatusCode};
use serde_json::json;

#[tokio::test]
async fn the_cli_logs_in_with_a_password() {
    let world = World::new().await;
    let answer = world.login("admin", PASSWORD).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(answer.headers["content-type"], "application/json");
    assert_eq!(answer.headers["cache-control"], "no-store");
    let body = answer.json();
    assert_eq!(body["token_type"], json!("bearer"));
    assert_eq!(body["expires_in"], json!(1200));
    let scopes: Vec<&str> = body["scope"].as_str().expect("text").split(' ').collect();
    assert!(scopes.contains(&"cloud_controller.admin") && scopes.contains(&"scim.write"));
    let access = claims(body["access_token"].as_str().expect("text"));
    assert_eq!(access["jti"], body["jti"]);
    assert_eq!(access["user_name"], json!("admin"));
    assert_eq!(access["origin"], json!("uaa"));
    assert_eq!(access["user_id"], json!(world.admin_guid().await));
    assert_eq!(access["iss"], json!("http://login.test/oauth/token"));
    let refresh = claims(body["refresh_token"].as_str().expect("text"));
    assert!(refresh["jti"].as_str().expect("text").ends_with("-r"));
}

#[tokio::test]
async fn the_cli_names_the_origin_in_the_query_and_java_in_the_form() {
    let world = World::new().await;
    let form = [("grant_type", "password"), ("username", "admin"), ("password", PASSWORD)];
    let path = "/oauth/token?login_hint=%7B%22origin%22%3A%22uaa%22%7D";
    assert_eq!(world.send(form_request(path, Some("cf:"), &form)).await.status, StatusCode::OK);
    let elsewhere = "/oauth/token?login_hint=%7B%22origin%22%3A%22ldap%22%7D";
    let refused = world.send(form_request(elsewhere, Some("cf:"), &form)).await;
    assert_eq!(refused.refusal(), (401, "unauthorized".to_owned()));
    let java = [&form[..], &[("login_hint", r#"{"origin":"uaa"}"#)]].concat();
    assert_eq!(world.grant("cf:", &java).await.status, StatusCode::OK);
    let broken = [&form[..], &[("login_hint", "uaa")]].concat();
    assert_eq!(world.grant("cf:", &broken).await.refusal(), (400, "invalid_request".to_owned()));
}

#[tokio::test]
async fn python_sends_an_empty_scope() {
    let world = World::new().await;
    let form = [("grant_type", "password"), ("username", "admin"), ("password", PASSWORD), ("scope", "")];
    let answer = world.grant("cf:", &form).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.field("scope").contains("cloud_controller.read"));
}

#[tokio::test]
async fn java_authenticates_the_client_twice() {
    let world = World::new().await;
    let form = [
        ("client_id", "cf"),
        ("client_secret", ""),
        ("grant_type", "password"),
        ("username", "admin"),
        ("password", PASSWORD),
    ];
    assert_eq!(world.grant("cf:", &form).await.status, StatusCode::OK);
    let other =
        [("client_id", "admin"), ("grant_type", "password"), ("username", "admin"), ("password", PASSWORD)];
    assert_eq!(world.grant("cf:", &other).await.refusal(), (401, "invalid_client".to_owned()));
}

#[tokio::test]
async fn extra_prompt_values_are_ignored() {
    let world = World::new().await;
    let form = [("grant_type", "password"), ("username", "admin"), ("password", PASSWORD), ("mfaCode", "1")];
    assert_eq!(world.grant("cf:", &form).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_cli_gives_client_credentials_in_the_body_and_gets_no_refresh_token() {
    let world = World::new().await;
    let form =
        [("grant_type", "client_credentials"), ("client_id", "admin"), ("client_secret", ADMIN_SECRET)];
    let answer = world.send(form_request("/oauth/token", None, &form)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert!(answer.json().get("refresh_token").is_none());
    let access = claims(&answer.field("access_token"));
    assert_eq!(access["client_id"], json!("admin"));
    assert_eq!(access["sub"], json!("admin"));
    assert!(access.get("user_name").is_none() && access.get("user_id").is_none());
    assert_eq!(access["authorities"], access["scope"]);
    let basic = world.grant(&format!("admin:{ADMIN_SECRET}"), &[("grant_type", "client_credentials")]).await;
    assert_eq!(basic.status, StatusCode::OK);
}

#[tokio::test]
async fn a_narrower_scope_is_granted_and_a_foreign_one_is_not() {
    let world = World::new().await;
    let ask = async |scope| {
        let form =
            [("grant_type", "password"), ("username", "admin"), ("password", PASSWORD), ("scope", scope)];
        world.grant("cf:", &form).await
    };
    assert_eq!(ask("openid cloud_controller.read").await.field("scope"), "cloud_controller.read openid");
    assert_eq!(ask("uaa.admin").await.refusal(), (400, "invalid_scope".to_owned()));
}

#[tokio::test]
async fn a_refresh_gives_a_new_access_token_and_the_same_refresh_token() {
    let world = World::new().await;
    let first = world.login("admin", PASSWORD).await;
    world.clock.advance(1190);
    let refresh = first.field("refresh_token");
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    let second = world.grant("cf:", &form).await;
    assert_eq!(second.status, StatusCode::OK, "{}", second.text);
    assert_eq!(second.field("refresh_token"), refresh);
    assert_eq!(second.field("scope"), first.field("scope"));
    assert_ne!(second.field("jti"), first.field("jti"));
    let (old, new) = (claims(&first.field("access_token")), claims(&second.field("access_token")));
    assert_eq!(new["exp"].as_i64(), old["exp"].as_i64().map(|exp| exp + 1190));
    assert_eq!(new["auth_time"], old["auth_time"]);
    assert_eq!(new["grant_type"], json!("password"));
    assert_eq!(world.grant("cf:", &form).await.status, StatusCode::OK, "and again");
}

#[tokio::test]
async fn a_rotated_refresh_token_counts_until_the_grace_is_over() {
    let world = World::rotating(60).await;
    let first = world.login("admin", PASSWORD).await.field("refresh_token");
    let refresh = async |token: &str| {
        world.grant("cf:", &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    };
    let second = refresh(&first).await.field("refresh_token");
    assert_ne!(second, first);
    world.clock.advance(59);
    assert_eq!(refresh(&first).await.status, StatusCode::OK);
    world.clock.advance(1);
    assert_eq!(refresh(&first).await.refusal(), (401, "invalid_token".to_owned()));
    assert_eq!(refresh(&second).await.status, StatusCode::OK);
}

#[tokio::test]
async fn without_a_grace_a_refresh_token_works_once_even_when_sent_twice_at_a_time() {
    let world = World::rotating(0).await;
    let token = world.login("admin", PASSWORD).await.field("refresh_token");
    let form = [("grant_type", "refresh_token"), ("refresh_token", token.as_str())];
    let (one, two) = tokio::join!(world.grant("cf:", &form), world.grant("cf:", &form));
    let good = [&one, &two].iter().filter(|answer| answer.status == StatusCode::OK).count();
    assert_eq!(good, 1);
}

#[tokio::test]
async fn a_refresh_token_ends_with_its_lifetime_and_belongs_to_its_client() {
    let world = World::new().await;
    let token = world.login("admin", PASSWORD).await.field("refresh_token");
    let form = [("grant_type", "refresh_token"), ("refresh_token", token.as_str())];
    let foreign = world.grant(&format!("admin:{ADMIN_SECRET}"), &form).await;
    assert_eq!(foreign.refusal(), (401, "invalid_client".to_owned()));
    world.clock.advance(30 * 24 * 3600);
    assert_eq!(world.grant("cf:", &form).await.refusal(), (401, "invalid_token".to_owned()));
}

#[tokio::test]
async fn credentials_may_be_form_encoded_when_the_header_says_so() {
    let world = World::new().await;
    let mut request = form_request(
        "/oauth/token",
        Some("%61dmin:operator%2Dsecret"),
        &[("grant_type", "client_credentials")],
    );
    assert_eq!(world.send(clone(&request)).await.refusal(), (401, "invalid_client".to_owned()));
    request.headers_mut().insert("x-cf-encoded-credentials", "true".parse().expect("a value"));
    assert_eq!(world.send(clone(&request)).await.status, StatusCode::OK);
}

fn clone(request: &Request<Body>) -> Request<Body> {
    let mut copy = Request::new(Body::from("grant_type=client_credentials"));
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = request.headers().clone();
    copy
}

#[tokio::test]
async fn logging_out_ends_both_tokens_and_no_others() {
    let world = World::new().await;
    let (here, there) = (world.login("admin", PASSWORD).await, world.login("admin", PASSWORD).await);
    let (access, refresh) = (here.field("access_token"), here.field("refresh_token"));
    for token in [&refresh, &access] {
        let jti = claims(token)["jti"].as_str().expect("text").to_owned();
        let request = Request::delete(format!("/oauth/token/revoke/{jti}"))
            .header("authorization", format!("Bearer {access}"))
            .body(Body::empty())
            .expect("a request");
        assert_eq!(world.send(request).await.status, StatusCode::OK);
    }
    assert_eq!(world.get("/userinfo", &access).await.refusal(), (401, "invalid_token".to_owned()));
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    assert_eq!(world.grant("cf:", &form).await.refusal(), (401, "invalid_token".to_owned()));
    assert_eq!(world.get("/userinfo", &there.field("access_token")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_refresh_token_may_revoke_itself_only() {
    let world = World::new().await;
    let (here, there) = (world.login("admin", PASSWORD).await, world.login("admin", PASSWORD).await);
    let refresh = here.field("refresh_token");
    let jti = |token: &str| claims(token)["jti"].as_str().expect("text").to_owned();
    let other = format!("/oauth/token/revoke/{}", jti(&there.field("refresh_token")));
    let denied = world.call(http::Method::DELETE, &other, &refresh, None).await;
    assert_eq!(denied.refusal(), (403, "insufficient_scope".to_owned()));
    let own = format!("/oauth/token/revoke/{}", jti(&refresh));
    assert_eq!(world.call(http::Method::DELETE, &own, &refresh, None).await.status, StatusCode::OK);
    assert_eq!(world.call(http::Method::DELETE, &own, &refresh, None).await.refusal().0, 401);
}
