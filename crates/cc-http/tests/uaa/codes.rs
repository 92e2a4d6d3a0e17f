use super::world::{Answer, PASSWORD, SSH_SECRET, World, claims};
use http::{Method, StatusCode};
use serde_json::json;

const AUTHORIZE: &str = "/oauth/authorize?response_type=code&client_id=ssh-proxy";

/// The one `code` in the answer's `Location`, as the CLI reads it.
fn code(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::FOUND, "{}", answer.text);
    let location = answer.header("location");
    let (address, query) = location.split_once('?').expect("a query");
    assert_eq!(address, "http://login.test/login");
    let codes: Vec<&str> = query.split('&').filter_map(|pair| pair.strip_prefix("code=")).collect();
    let [code] = codes[..] else { panic!("{codes:?}") };
    code.to_owned()
}

async fn exchange(world: &World, code: &str) -> Answer {
    let form = [("grant_type", "authorization_code"), ("code", code)];
    world.grant(&format!("ssh-proxy:{SSH_SECRET}"), &form).await
}

#[tokio::test]
async fn the_ssh_proxy_turns_a_code_into_a_token_of_the_user_once() {
    let world = World::new().await;
    let token = world.admin_token().await;
    let code = code(&world.get(AUTHORIZE, &token).await);
    let answer = exchange(&world, &code).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert!(answer.json().get("refresh_token").is_none());
    let access = claims(&answer.field("access_token"));
    assert_eq!(access["user_id"], json!(world.admin_guid().await));
    assert_eq!(access["client_id"], json!("ssh-proxy"));
    assert_eq!(access["scope"], json!(["cloud_controller.read", "cloud_controller.write", "openid"]));
    assert_eq!(exchange(&world, &code).await.refusal(), (400, "invalid_grant".to_owned()));
}

#[tokio::test]
async fn a_code_ends_after_five_minutes() {
    let world = World::new().await;
    let code = code(&world.get(AUTHORIZE, &world.admin_token().await).await);
    world.clock.advance(300);
    assert_eq!(exchange(&world, &code).await.refusal(), (400, "invalid_grant".to_owned()));
}

#[tokio::test]
async fn a_code_of_a_user_who_is_gone_is_worthless() {
    let world = World::new().await;
    let guid = world.create_user("dev", "x").await.field("id");
    let theirs = world.login("dev", "x").await.field("access_token");
    let code = code(&world.get(AUTHORIZE, &theirs).await);
    let admin = world.admin_token().await;
    world.call(Method::DELETE, &format!("/Users/{guid}"), &admin, None).await;
    assert_eq!(exchange(&world, &code).await.refusal(), (400, "invalid_grant".to_owned()));
}

#[tokio::test]
async fn a_code_is_no_use_to_who_does_not_know_the_secret() {
    let world = World::new().await;
    let code = code(&world.get(AUTHORIZE, &world.admin_token().await).await);
    let form = [("grant_type", "authorization_code"), ("code", code.as_str())];
    assert_eq!(world.grant("ssh-proxy:", &form).await.refusal(), (401, "invalid_client".to_owned()));
    assert_eq!(world.grant("cf:", &form).await.refusal(), (401, "invalid_client".to_owned()));
    assert_eq!(exchange(&world, &code).await.status, StatusCode::OK);
}

#[tokio::test]
async fn odd_requests_for_a_code_are_refused() {
    let world = World::new().await;
    let token = world.login("admin", PASSWORD).await.field("access_token");
    let odd = [
        ("/oauth/authorize?client_id=ssh-proxy", 400),
        ("/oauth/authorize?response_type=token&client_id=ssh-proxy", 400),
        ("/oauth/authorize?response_type=code", 400),
        ("/oauth/authorize?response_type=code&client_id=nobody", 401),
        ("/oauth/authorize?response_type=code&client_id=cf", 401),
        ("/oauth/authorize?response_type=code&client_id=ssh-proxy&redirect_uri=http%3A%2F%2Fevil.test", 400),
        ("/oauth/authorize?response_type=code&client_id=ssh-proxy&scope=cloud_controller.admin", 400),
    ];
    for (path, status) in odd {
        let answer = world.get(path, &token).await;
        assert_eq!(answer.status.as_u16(), status, "{path}");
        assert!(!answer.headers.contains_key("location"));
    }
    let operator = world.operator_token().await;
    assert_eq!(world.get(AUTHORIZE, &operator).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_state_comes_back() {
    let world = World::new().await;
    let answer = world.get(&format!("{AUTHORIZE}&state=a%26code%3Db"), &world.admin_token().await).await;
    code(&answer);
    assert!(answer.header("location").ends_with("&state=a%26code%3Db"));
}

/// A client like the ssh proxy, of an operator's.
async fn second_client(world: &World) {
    let body = json!({
        "client_id": "second",
        "client_secret": "s",
        "authorized_grant_types": ["authorization_code"],
        "scope": ["openid"],
        "redirect_uri": ["https://second.test/back?a=b"],
        "autoapprove": ["openid"],
    });
    let operator = world.operator_token().await;
    let made = world.call(Method::POST, "/oauth/clients", &operator, Some(body)).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
}

#[tokio::test]
async fn a_code_of_one_client_is_worthless_to_another() {
    let world = World::new().await;
    second_client(&world).await;
    let code = code(&world.get(AUTHORIZE, &world.admin_token().await).await);
    let form = [("grant_type", "authorization_code"), ("code", code.as_str())];
    assert_eq!(world.grant("second:s", &form).await.refusal(), (400, "invalid_grant".to_owned()));
}

#[tokio::test]
async fn a_redirect_address_that_was_named_must_be_repeated() {
    let world = World::new().await;
    second_client(&world).await;
    let token = world.admin_token().await;
    let back = "https://second.test/back?a=b";
    let path = "/oauth/authorize?response_type=code&client_id=second&redirect_uri=https%3A%2F%2Fsecond.test%2Fback%3Fa%3Db";
    for (repeated, status) in [(Some(back), 200), (Some("https://second.test/"), 400), (None, 400)] {
        let answer = world.get(path, &token).await;
        let location = answer.header("location").to_owned();
        let code = location.strip_prefix("https://second.test/back?a=b&code=").expect("the client's address");
        let mut form = vec![("grant_type", "authorization_code"), ("code", code)];
        form.extend(repeated.map(|uri| ("redirect_uri", uri)));
        assert_eq!(world.grant("second:s", &form).await.status.as_u16(), status, "{repeated:?}");
    }
}

#[tokio::test]
async fn scopes_that_need_consent_are_refused() {
    let world = World::new().await;
    let operator = world.operator_token().await;
    let body = json!({
        "client_id": "asks", "client_secret": "s", "authorized_grant_types": ["authorization_code"],
        "scope": ["openid"], "redirect_uri": ["https://asks.test/"],
    });
    world.call(Method::POST, "/oauth/clients", &operator, Some(body)).await;
    let path = "/oauth/authorize?response_type=code&client_id=asks";
    let refused = world.get(path, &world.admin_token().await).await;
    assert_eq!(refused.refusal(), (403, "insufficient_scope".to_owned()));
}
