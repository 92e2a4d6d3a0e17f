use super::world::{PASSWORD, World, form_request};
use axum::body::Body;
use http::{Request, StatusCode};
use serde_json::{Value, json};

async fn get(world: &World, path: &str) -> Value {
    let request = Request::get(path).header("accept", "application/json").body(Body::empty());
    let answer = world.send(request.expect("a request")).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-type"), "application/json");
    answer.json()
}

#[tokio::test]
async fn the_login_page_as_json_tells_version_links_and_prompts() {
    let world = World::new().await;
    let body = get(&world, "/login").await;
    assert_eq!(body, get(&world, "/info").await);
    // Every link leads somewhere: no pages for new accounts and lost passwords.
    assert_eq!(body["links"], json!({ "uaa": "http://login.test", "login": "http://login.test" }));
    assert_eq!(body["prompts"]["username"], json!(["text", "Email"]));
    assert_eq!(body["prompts"]["password"], json!(["password", "Password"]));
    let version = body["app"]["version"].as_str().expect("text");
    let major: u32 = version.split('.').next().and_then(|part| part.parse().ok()).expect("a number");
    assert!(major > 4, "--origin needs 4.26");
}

#[tokio::test]
async fn the_configuration_names_the_issuer_that_tokens_carry() {
    let world = World::new().await;
    let body = get(&world, "/.well-known/openid-configuration").await;
    assert_eq!(body["issuer"], json!("http://login.test/oauth/token"));
    assert_eq!(body["jwks_uri"], json!("http://login.test/token_keys"));
    assert_eq!(body, get(&world, "/oauth/token/.well-known/openid-configuration").await);
}

#[tokio::test]
async fn the_keys_are_published_as_a_key_set_and_one_by_one() {
    let world = World::new().await;
    let keys = get(&world, "/token_keys").await;
    let key = &keys["keys"][0];
    assert_eq!((&key["kty"], &key["alg"], &key["use"]), (&json!("RSA"), &json!("RS256"), &json!("sig")));
    assert_eq!(key["e"], json!("AQAB"));
    assert_eq!(key["n"].as_str().expect("text").len(), 342, "2048 bits");
    assert!(key["value"].as_str().expect("text").starts_with("-----BEGIN PUBLIC KEY-----\n"));
    assert!(!keys.to_string().contains("PRIVATE"));
    assert_eq!(&get(&world, "/token_key").await, key);
}

#[tokio::test]
async fn a_resource_server_has_a_token_checked() {
    let world = World::new().await;
    let token = world.login("admin", PASSWORD).await.field("access_token");
    let form = [("token", token.as_str())];
    let checked = world.send(form_request("/check_token", Some("cc-server:server-secret"), &form)).await;
    assert_eq!(checked.status, StatusCode::OK, "{}", checked.text);
    assert_eq!(checked.field("user_name"), "admin");
    let scopes = checked.json()["scope"].clone();
    assert!(scopes.as_array().expect("a list").contains(&json!("cloud_controller.admin")));
    let asked = async |basic: &str, token: &str| {
        world.send(form_request("/check_token", Some(basic), &[("token", token)])).await.refusal()
    };
    assert_eq!(asked("cc-server:server-secret", "x").await, (400, "invalid_token".to_owned()));
    assert_eq!(asked("cc-server:wrong", &token).await, (401, "invalid_client".to_owned()));
    assert_eq!(asked("cf:", &token).await, (403, "insufficient_scope".to_owned()));
}
