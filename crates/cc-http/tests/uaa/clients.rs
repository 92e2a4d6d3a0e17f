use super::world::{Answer, World, form_request};
use http::{Method, StatusCode};
use serde_json::{Value, json};

#[tokio::test]
async fn the_cli_looks_a_client_up_for_roles() {
    let world = World::new().await;
    let token = world.admin_token().await;
    let found = world.get("/oauth/clients/ssh-proxy", &token).await;
    assert_eq!(found.status, StatusCode::OK, "{}", found.text);
    assert_eq!(found.field("client_id"), "ssh-proxy");
    assert!(found.json().get("client_secret").is_none());
    assert_eq!(found.json()["authorized_grant_types"], json!(["authorization_code"]));
    assert_eq!(world.get("/oauth/clients/nobody", &token).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_operator_makes_a_client_that_works_until_it_is_deleted() {
    let world = World::new().await;
    let operator = world.operator_token().await;
    let body = json!({
        "client_id": "robot",
        "client_secret": "s3cret",
        "authorized_grant_types": ["client_credentials"],
        "authorities": ["cloud_controller.admin"],
        "scope": "uaa.none",
        "access_token_validity": 60,
    });
    let made = world.call(Method::POST, "/oauth/clients", &operator, Some(body.clone())).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let again = world.call(Method::POST, "/oauth/clients", &operator, Some(body)).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    let form = [("grant_type", "client_credentials"), ("client_id", "robot"), ("client_secret", "s3cret")];
    let token = world.send(form_request("/oauth/token", None, &form)).await;
    assert_eq!(token.json()["expires_in"], json!(60));
    assert_eq!(token.field("scope"), "cloud_controller.admin");
    let deleted = world.call(Method::DELETE, "/oauth/clients/robot", &operator, None).await;
    assert_eq!((deleted.status, deleted.field("client_id")), (StatusCode::OK, "robot".to_owned()));
    let after = world.send(form_request("/oauth/token", None, &form)).await;
    assert_eq!(after.refusal(), (401, "invalid_client".to_owned()));
}

#[tokio::test]
async fn a_client_with_write_only_gives_away_what_it_holds() {
    let world = World::new().await;
    let operator = world.operator_token().await;
    let helper = json!({
        "client_id": "helper", "client_secret": "x", "authorized_grant_types": ["client_credentials"],
        "authorities": ["clients.write", "scim.read"],
    });
    world.call(Method::POST, "/oauth/clients", &operator, Some(helper)).await;
    let token = world.grant("helper:x", &[("grant_type", "client_credentials")]).await.field("access_token");
    let client = |authority: &str| {
        json!({
            "client_id": authority, "client_secret": "y", "authorized_grant_types": ["client_credentials"],
            "authorities": [authority],
        })
    };
    let denied = world.call(Method::POST, "/oauth/clients", &token, Some(client("uaa.admin"))).await;
    assert_eq!(denied.refusal(), (400, "invalid_client".to_owned()));
    let made = world.call(Method::POST, "/oauth/clients", &token, Some(client("scim.read"))).await;
    assert_eq!(made.status, StatusCode::CREATED);
}

#[tokio::test]
async fn an_administrator_of_the_cli_makes_finds_changes_and_removes_a_robot() {
    let world = World::new().await;
    let admin = world.admin_token().await;
    let body = json!({
        "client_id": "robot", "client_secret": "one", "authorized_grant_types": ["client_credentials"],
        "authorities": ["cloud_controller.read", "cloud_controller.write"],
    });
    let made = world.call(Method::POST, "/oauth/clients", &admin, Some(body)).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let robot = async || {
        let form = [("grant_type", "client_credentials"), ("client_id", "robot"), ("client_secret", "one")];
        world.send(form_request("/oauth/token", None, &form)).await
    };
    assert_eq!(robot().await.field("scope"), "cloud_controller.read cloud_controller.write");
    let found = world.get("/oauth/clients?filter=client_id+eq+%22robot%22", &admin).await.json();
    assert_eq!((&found["totalResults"], &found["resources"][0]["client_id"]), (&json!(1), &json!("robot")));
    let page = world.get("/oauth/clients?startIndex=2&count=1", &admin).await.json();
    assert_eq!((&page["totalResults"], &page["resources"][0]["client_id"]), (&json!(6), &json!("cc-server")));
    let change = json!({
        "client_id": "robot", "authorized_grant_types": ["client_credentials"],
        "authorities": ["cloud_controller.read"],
    });
    let changed = world.call(Method::PUT, "/oauth/clients/robot", &admin, Some(change.clone())).await;
    assert_eq!(
        (changed.status, &changed.json()["authorities"]),
        (StatusCode::OK, &json!(["cloud_controller.read"]))
    );
    assert_eq!(robot().await.field("scope"), "cloud_controller.read");
    let other = world.call(Method::PUT, "/oauth/clients/cf", &admin, Some(change.clone())).await;
    assert_eq!(other.refusal(), (400, "invalid_client".to_owned()));
    world.call(Method::DELETE, "/oauth/clients/robot", &admin, None).await;
    let gone = world.call(Method::PUT, "/oauth/clients/robot", &admin, Some(change)).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    world.create_user("dev", "x").await;
    let dev = world.login("dev", "x").await.field("access_token");
    assert_eq!(world.get("/oauth/clients", &dev).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_client_without_a_secret_cannot_act_for_itself() {
    let world = World::new().await;
    let operator = world.operator_token().await;
    let body = json!({"client_id": "open", "authorized_grant_types": ["client_credentials"]});
    let denied = world.call(Method::POST, "/oauth/clients", &operator, Some(body)).await;
    assert_eq!(denied.refusal(), (400, "invalid_client".to_owned()));
}

#[tokio::test]
async fn a_new_secret_ends_the_tokens_of_the_old_one() {
    let world = World::new().await;
    let operator = world.operator_token().await;
    let body = json!({
        "client_id": "robot", "client_secret": "one", "authorized_grant_types": ["client_credentials"],
        "authorities": ["scim.read"],
    });
    world.call(Method::POST, "/oauth/clients", &operator, Some(body)).await;
    let token = world.grant("robot:one", &[("grant_type", "client_credentials")]).await.field("access_token");
    assert_eq!(world.get("/Users", &token).await.status, StatusCode::OK);
    let change = Some(json!({"secret": "two"}));
    let changed = world.call(Method::PUT, "/oauth/clients/robot/secret", &operator, change).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text);
    assert_eq!(world.get("/Users", &token).await.refusal(), (401, "invalid_token".to_owned()));
    assert_eq!(
        world.grant("robot:two", &[("grant_type", "client_credentials")]).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_client_changes_its_own_secret_if_it_knows_the_old_one() {
    let world = World::new().await;
    let operator = world.operator_token().await;
    let robot = |id: &str, authority: &str| {
        json!({
            "client_id": id, "client_secret": "one", "authorized_grant_types": ["client_credentials"],
            "authorities": [authority],
        })
    };
    for (id, authority) in
        [("robot", "clients.secret"), ("other", "clients.secret"), ("plain", "clients.read")]
    {
        world.call(Method::POST, "/oauth/clients", &operator, Some(robot(id, authority))).await;
    }
    let grant = async |basic: &str| world.grant(basic, &[("grant_type", "client_credentials")]).await;
    let token = grant("robot:one").await.field("access_token");
    let change = async |token: &str, id: &str, body: Value| {
        world.call(Method::PUT, &format!("/oauth/clients/{id}/secret"), token, Some(body)).await
    };
    let told = |answer: &Answer| (answer.refusal(), answer.field("error_description"));
    let invalid = |text: &str| ((400, "invalid_client".to_owned()), text.to_owned());

    for body in [json!({ "secret": "two" }), json!({ "oldSecret": "wrong", "secret": "two" })] {
        let refused = change(&token, "robot", body).await;
        assert_eq!(told(&refused), invalid("Previous secret is required and must be valid"));
    }
    let both = json!({ "oldSecret": "one", "secret": "two" });
    let foreign = change(&token, "other", both.clone()).await;
    assert_eq!(told(&foreign), invalid("Bad request. Not permitted to change another client's secret"));
    assert_eq!(change(&token, "nobody", both.clone()).await.status, StatusCode::NOT_FOUND);
    let added =
        change(&token, "robot", json!({ "oldSecret": "one", "secret": "two", "changeMode": "ADD" })).await;
    assert_eq!(added.refusal(), (400, "invalid_client".to_owned()));
    let plain = grant("plain:one").await.field("access_token");
    assert_eq!(change(&plain, "plain", both.clone()).await.refusal(), (403, "insufficient_scope".to_owned()));
    assert_eq!(grant("robot:one").await.status, StatusCode::OK);

    let changed = change(&token, "robot", both).await;
    assert_eq!(
        (changed.status, changed.json()),
        (StatusCode::OK, json!({ "status": "ok", "message": "secret updated" }))
    );
    assert_eq!(grant("robot:one").await.refusal(), (401, "invalid_client".to_owned()));
    assert_eq!(grant("robot:two").await.status, StatusCode::OK);
}
