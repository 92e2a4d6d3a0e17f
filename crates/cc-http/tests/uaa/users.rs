use super::world::{PASSWORD, World, encode};
use http::{Method, StatusCode};
use serde_json::{Value, json};

async fn find(world: &World, filter: &str) -> Value {
    let token = world.admin_token().await;
    let answer = world.get(&format!("/Users?filter={}", encode(filter)), &token).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json()
}

#[tokio::test]
async fn names_that_the_uaa_does_not_have_are_refused_in_its_words() {
    let world = World::new().await;
    for name in ["`", "a b", "a/b"] {
        let answer = world.create_user(name, "x").await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert_eq!(answer.field("message"), r"Username must match pattern: [\p{L}+0-9+\-_.@'!]+");
    }
    assert_eq!(world.create_user("o'neil+ä@example.org", "x").await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn the_cli_creates_a_user_who_can_log_in() {
    let world = World::new().await;
    assert_eq!(find(&world, r#"userName eq "dev" and origin eq "uaa""#).await["totalResults"], json!(0));
    let answer = world.create_user("dev", "secret").await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    let user = answer.json();
    assert_eq!(user["userName"], json!("dev"));
    assert_eq!(user["origin"], json!("uaa"));
    assert_eq!(user["emails"], json!([{"value": "dev", "primary": true}]));
    assert_eq!(user["name"], json!({"familyName": "dev", "givenName": "dev"}));
    assert_eq!(user["schemas"], json!(["urn:scim:schemas:core:1.0"]));
    assert_eq!(user["meta"]["version"], json!(0));
    assert_eq!(user["meta"]["created"], json!("2023-11-14T22:13:20.000Z"));
    assert_eq!((&user["active"], &user["verified"]), (&json!(true), &json!(true)));
    assert!(user.get("password").is_none());
    let groups = user["groups"].as_array().expect("a list");
    assert!(groups.iter().any(|group| group["display"] == json!("cloud_controller.read")));
    let login = world.login("dev", "secret").await;
    assert_eq!(
        login.field("scope"),
        "cloud_controller.read cloud_controller.write openid password.write uaa.user"
    );
    let found = find(&world, r#"userName eq "DEV""#).await;
    assert_eq!(found["resources"][0]["id"], user["id"]);
    assert_eq!(found["startIndex"], json!(1));
}

#[tokio::test]
async fn a_taken_name_is_a_conflict_whatever_its_case() {
    let world = World::new().await;
    world.create_user("dev", "a").await;
    let answer = world.create_user("Dev", "b").await;
    assert_eq!(answer.refusal(), (409, "scim_resource_already_exists".to_owned()));
    assert_eq!(answer.field("message"), "Username already in use: Dev");
}

#[tokio::test]
async fn a_shadow_user_of_another_origin_has_no_password() {
    let world = World::new().await;
    let token = world.admin_token().await;
    let body = json!({"userName": "admin", "password": "", "origin": "ldap", "emails": [{"value": "admin"}]});
    let answer = world.call(Method::POST, "/Users", &token, Some(body)).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    assert_eq!(find(&world, r#"userName eq "admin""#).await["totalResults"], json!(2));
    assert_eq!(find(&world, r#"userName eq "admin" and origin eq "ldap""#).await["totalResults"], json!(1));
    assert_eq!(world.login("admin", "").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_incomplete_user_is_refused() {
    let world = World::new().await;
    let token = world.admin_token().await;
    let bodies = [
        json!({}),
        json!({"userName": "", "password": "x", "emails": [{"value": "a"}]}),
        json!({"userName": "a", "password": "x"}),
        json!({"userName": "a", "password": "x", "emails": []}),
        json!({"userName": "a", "password": "x", "emails": [{"value": "a"}, {"value": "b"}]}),
        json!({"userName": "a\u{7}", "password": "x", "emails": [{"value": "a"}]}),
        json!({"userName": 1}),
    ];
    for body in bodies {
        let answer = world.call(Method::POST, "/Users", &token, Some(body.clone())).await;
        assert_eq!(answer.refusal(), (400, "invalid_scim_resource".to_owned()), "{body}");
    }
    let no_password = json!({"userName": "a", "emails": [{"value": "a"}]});
    let answer = world.call(Method::POST, "/Users", &token, Some(no_password)).await;
    assert_eq!(answer.refusal(), (422, "invalid_password".to_owned()));
}

#[tokio::test]
async fn a_name_that_the_uaa_would_not_take_is_refused_in_its_words() {
    let world = World::new().await;
    let token = world.admin_token().await;
    for name in ["`", "a b", "a/b", "a\u{7}"] {
        let body = json!({"userName": name, "password": "x", "emails": [{"value": "a"}]});
        let answer = world.call(Method::POST, "/Users", &token, Some(body)).await;
        assert_eq!(answer.status, 400, "{name}");
        let text = "Username must match pattern: [\\p{L}+0-9+\\-_.@'!]+";
        assert_eq!(answer.json()["message"], json!(text));
    }
}

#[tokio::test]
async fn a_deleted_user_is_answered_with_its_body_and_loses_its_tokens_at_once() {
    let world = World::new().await;
    let guid = world.create_user("dev", "secret").await.field("id");
    let login = world.login("dev", "secret").await;
    let theirs = login.field("access_token");
    assert_eq!(world.get("/userinfo", &theirs).await.status, StatusCode::OK);
    let admin = world.admin_token().await;
    let path = format!("/Users/{guid}");
    let deleted = world.call(Method::DELETE, &path, &admin, None).await;
    assert_eq!((deleted.status, deleted.field("id")), (StatusCode::OK, guid));
    assert_eq!(world.get("/userinfo", &theirs).await.refusal(), (401, "invalid_token".to_owned()));
    let refresh = login.field("refresh_token");
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    assert_eq!(world.grant("cf:", &form).await.refusal(), (401, "invalid_token".to_owned()));
    let again = world.call(Method::DELETE, &path, &admin, None).await;
    assert_eq!(again.refusal(), (404, "scim_resource_not_found".to_owned()));
    assert_eq!(world.get(&path, &admin).await.refusal(), (404, "scim_resource_not_found".to_owned()));
}

#[tokio::test]
async fn a_deactivated_user_can_do_nothing_until_activated() {
    let world = World::new().await;
    let guid = world.create_user("dev", "secret").await.field("id");
    let theirs = world.login("dev", "secret").await.field("access_token");
    let admin = world.admin_token().await;
    let path = format!("/Users/{guid}");
    let set = async |active: bool| {
        let body = json!({"userName": "dev", "active": active, "emails": [{"value": "dev@example.com"}]});
        world.call(Method::PUT, &path, &admin, Some(body)).await
    };
    let answer = set(false).await;
    assert_eq!(answer.json()["active"], json!(false));
    assert_eq!(answer.json()["meta"]["version"], json!(1));
    assert_eq!(answer.headers["etag"], "\"1\"");
    assert_eq!(world.get("/userinfo", &theirs).await.refusal(), (401, "invalid_token".to_owned()));
    assert_eq!(world.login("dev", "secret").await.refusal(), (401, "unauthorized".to_owned()));
    assert_eq!(set(true).await.status, StatusCode::OK);
    assert_eq!(world.login("dev", "secret").await.status, StatusCode::OK);
    assert_eq!(world.get("/userinfo", &theirs).await.refusal(), (401, "invalid_token".to_owned()));
}

#[tokio::test]
async fn a_change_of_an_older_version_is_refused() {
    let world = World::new().await;
    let guid = world.create_user("dev", "secret").await.field("id");
    let admin = world.admin_token().await;
    let change = async |version: &str| {
        let request = http::Request::put(format!("/Users/{guid}"))
            .header("authorization", format!("bearer {admin}"))
            .header("if-match", version)
            .body(axum::body::Body::from(json!({"userName": "dev", "emails": [{"value": "d"}]}).to_string()))
            .expect("a request");
        world.send(request).await.status
    };
    assert_eq!(change("\"0\"").await, StatusCode::OK);
    assert_eq!(change("0").await, StatusCode::PRECONDITION_FAILED);
    assert_eq!(change("*").await, StatusCode::OK);
    assert_eq!(change("x").await, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_controller_looks_users_up_by_guid_and_name() {
    let world = World::new().await;
    let dev = world.create_user("dev", "secret").await.field("id");
    let token = world.operator_token().await;
    let filter = format!(r#"id eq "{dev}" or id eq "unknown" or username eq "ADMIN""#);
    let answer =
        world.get(&format!("/ids/Users?filter={}&includeInactive=true", encode(&filter)), &token).await;
    let body = answer.json();
    assert_eq!(body["totalResults"], json!(2));
    assert!(
        body["resources"]
            .as_array()
            .expect("a list")
            .contains(&json!({"id": dev, "userName": "dev", "origin": "uaa"}))
    );
    assert_eq!(world.get("/ids/Users", &token).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn pages_partition_the_users() {
    let world = World::new().await;
    for n in 0..7 {
        world.create_user(&format!("user-{n}"), "x").await;
    }
    let token = world.admin_token().await;
    let mut seen = Vec::new();
    for start in [1, 4, 7, 10] {
        let body = world.get(&format!("/Users?startIndex={start}&count=3"), &token).await.json();
        assert_eq!((&body["totalResults"], &body["itemsPerPage"]), (&json!(8), &json!(3)));
        let names = body["resources"].as_array().expect("a list").iter().map(|user| user["userName"].clone());
        seen.extend(names);
    }
    assert_eq!(seen.len(), 8);
    assert_eq!(seen[0], json!("admin"));
}

#[tokio::test]
async fn a_filter_that_cannot_be_read_is_a_bad_request() {
    let world = World::new().await;
    let token = world.admin_token().await;
    let answer = world.get("/Users?filter=userName%20is%20x", &token).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_cli_changes_the_own_password() {
    let world = World::new().await;
    let guid = world.create_user("dev", "old").await.field("id");
    let token = world.login("dev", "old").await.field("access_token");
    let path = format!("/Users/{guid}/password");
    let change = async |old: &str, new: &str| {
        world.call(Method::PUT, &path, &token, Some(json!({"oldPassword": old, "password": new}))).await
    };
    assert_eq!(change("wrong", "new").await.refusal(), (401, "unauthorized".to_owned()));
    assert_eq!(change("old", "").await.refusal(), (422, "invalid_password".to_owned()));
    assert_eq!(change("old", "old").await.refusal(), (422, "invalid_password".to_owned()));
    let done = change("old", "new").await;
    assert_eq!(done.json(), json!({"status": "ok", "message": "password updated"}));
    assert_eq!(world.login("dev", "old").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(world.login("dev", "new").await.status, StatusCode::OK);
    assert_eq!(change("new", "newer").await.refusal(), (401, "invalid_token".to_owned()), "its tokens ended");
}

#[tokio::test]
async fn nobody_changes_the_password_of_another_but_an_operator() {
    let world = World::new().await;
    let dev = world.create_user("dev", "old").await.field("id");
    world.create_user("eve", "eve").await;
    let eve = world.login("eve", "eve").await.field("access_token");
    let path = format!("/Users/{dev}/password");
    let body = json!({"oldPassword": "old", "password": "new"});
    let denied = world.call(Method::PUT, &path, &eve, Some(body)).await;
    assert_eq!(denied.refusal(), (403, "insufficient_scope".to_owned()));
    let operator = world.operator_token().await;
    let set = world.call(Method::PUT, &path, &operator, Some(json!({"password": "new"}))).await;
    assert_eq!(set.status, StatusCode::OK, "{}", set.text);
    assert_eq!(world.login("dev", "new").await.status, StatusCode::OK);
}

#[tokio::test]
async fn userinfo_tells_who_is_logged_in() {
    let world = World::new().await;
    let token = world.login("admin", PASSWORD).await.field("access_token");
    let body = world.get("/userinfo", &token).await.json();
    assert_eq!(body["user_id"], json!(world.admin_guid().await));
    assert_eq!(body["user_name"], json!("admin"));
    assert_eq!(body["origin"], json!("uaa"));
}
