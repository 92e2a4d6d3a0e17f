use super::world::World;
use http::{Method, StatusCode};
use serde_json::json;

#[tokio::test]
async fn a_member_gets_the_scope_at_the_next_login_and_loses_it_at_the_next_refresh() {
    let world = World::new().await;
    let dev = world.create_user("dev", "x").await.field("id");
    let admin = world.admin_token().await;
    let path = "/Groups?filter=displayName+eq+%22cloud_controller.admin%22";
    let found = world.get(path, &admin).await.json();
    assert_eq!(found["totalResults"], json!(1));
    assert_eq!(found["resources"][0]["members"][0]["value"], json!(world.admin_guid().await));
    let group = found["resources"][0]["id"].as_str().expect("text").to_owned();
    let members = format!("/Groups/{group}/members");
    let member = json!({"origin": "uaa", "type": "USER", "value": dev});
    let added = world.call(Method::POST, &members, &admin, Some(member.clone())).await;
    assert_eq!((added.status, added.json()), (StatusCode::CREATED, member));
    assert_eq!(world.get(&members, &admin).await.json().as_array().map(Vec::len), Some(2));
    let login = world.login("dev", "x").await;
    assert!(login.field("scope").contains("cloud_controller.admin"));
    let removed = world.call(Method::DELETE, &format!("{members}/{dev}"), &admin, None).await;
    assert_eq!(removed.status, StatusCode::OK);
    let refresh = login.field("refresh_token");
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    assert!(!world.grant("cf:", &form).await.field("scope").contains("cloud_controller.admin"));
}

#[tokio::test]
async fn unknown_groups_users_and_groups_as_members_are_refused() {
    let world = World::new().await;
    let admin = world.admin_token().await;
    let body = world.get("/Groups?count=1", &admin).await.json();
    let members = format!("/Groups/{}/members", body["resources"][0]["id"].as_str().expect("text"));
    let add = async |path: &str, member| world.call(Method::POST, path, &admin, Some(member)).await;
    let unknown_user = add(&members, json!({"type": "USER", "value": "nobody"})).await;
    assert_eq!(unknown_user.refusal(), (404, "scim_resource_not_found".to_owned()));
    let unknown_group = add("/Groups/nothing/members", json!({"value": world.admin_guid().await})).await;
    assert_eq!(unknown_group.refusal(), (404, "scim_resource_not_found".to_owned()));
    let nested = add(&members, json!({"type": "GROUP", "value": "x"})).await;
    assert_eq!(nested.refusal(), (400, "invalid_scim_resource".to_owned()));
}
