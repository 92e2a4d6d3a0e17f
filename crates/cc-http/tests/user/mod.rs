//! `/v3/users`: `user_create`, `users_list`, `user_get`, `user_update`, `user_delete`

use crate::api_tests;
use crate::harness::{TestApi, an_organization};
use cc_domain::access::RoleKind;
use serde_json::{Value, json};

const FORBIDDEN: &str = "403 10003 CF-NotAuthorized: You are not authorized to perform the requested action";

fn refused(text: &str) -> String {
    format!("422 10008 CF-UnprocessableEntity: {text}")
}

async fn an_admin_makes_a_user_by_guid(api: TestApi) {
    api.directory.knows("a b/c", "ann", "uaa");
    let answer = api
        .post("admin", "/v3/users", json!({ "guid": "a b/c", "metadata": { "labels": { "x": "y" } } }))
        .await;
    insta::assert_snapshot!("created", answer.redacted());
    let again = api.post("admin", "/v3/users", json!({ "guid": "a b/c" })).await;
    assert_eq!(again.refusal(), refused("User with guid 'a b/c' already exists."));
    assert_eq!(api.post("ann", "/v3/users", json!({})).await.refusal(), FORBIDDEN);
    assert!(api.recorded().await.is_empty());
}

async fn an_admin_makes_a_user_by_name(api: TestApi) {
    api.directory.knows("g1", "ann", "ldap");
    let body = json!({ "username": "ann", "origin": "ldap" });
    assert_eq!(api.post("admin", "/v3/users", body.clone()).await.guid(), "g1");
    let again = api.post("admin", "/v3/users", body).await;
    assert_eq!(again.refusal(), refused("User with username 'ann' and origin 'ldap' already exists."));
    let new = api.post("admin", "/v3/users", json!({ "username": "bob", "origin": "ldap" })).await;
    assert_eq!((new.status, new.text("/username"), new.text("/origin")), (201, "bob", "ldap"));
    let read = api.get("admin", &format!("/v3/users/{}", new.guid())).await;
    assert_eq!(read.body, new.body);
}

async fn a_body_is_judged_in_the_words_of_the_reference(api: TestApi) {
    let say = async |body: Value| api.post("admin", "/v3/users", body).await.refusal();
    for (body, text) in [
        (json!({}), "Guid or 'username' and 'origin' must be provided"),
        (json!({ "guid": "g", "username": "u" }), "Username cannot be provided with 'guid'"),
        (json!({ "guid": "g", "origin": "o" }), "Origin cannot be provided with 'guid'"),
        (json!({ "username": "u" }), "Username can only be provided together with 'origin'"),
        (json!({ "origin": "o" }), "Origin can only be provided together with 'username'"),
        (
            json!({ "username": "u", "origin": "uaa" }),
            "Origin cannot be 'uaa' when creating a user by username",
        ),
        (json!({ "guid": 1 }), "Guid must be a string, Guid must be between 1 and 200 characters"),
    ] {
        assert_eq!(say(body).await, refused(text));
    }
}

async fn users_see_themselves_and_their_colleagues(api: TestApi) {
    let (one, other) = (an_organization().create(&api).await, an_organization().create(&api).await);
    api.directory.knows("ann", "Ann", "uaa");
    api.directory.knows("bob", "Bob", "ldap");
    for (user, org) in [("ann", &one), ("bob", &one), ("cat", &other)] {
        api.give(RoleKind::OrganizationUser, user, org).await;
    }
    assert_eq!(api.get("ann", "/v3/users").await.each("guid"), ["ann", "bob"]);
    assert_eq!(api.get("admin", "/v3/users").await.each("presentation_name"), ["Ann", "Bob", "cat"]);
    assert_eq!(api.get("admin", "/v3/users?partial_usernames=N&guids=bob,ann").await.each("guid"), ["ann"]);
    assert_eq!(api.get("ann", "/v3/users/bob").await.text("/origin"), "ldap");
    assert_eq!(
        api.get("ann", "/v3/users/cat").await.refusal(),
        "404 10010 CF-ResourceNotFound: User not found"
    );
    assert!(api.get("cat", "/v3/users/cat").await.at("/username").is_null());
    let both = api.get("ann", "/v3/users?usernames=a&partial_usernames=b").await;
    let text = "Usernames filter cannot be provided with both usernames and partial_usernames filter.";
    assert_eq!(both.refusal(), refused(text));
    api.directory.goes_away();
    let away = "503 20004 CF-UaaUnavailable: The UAA service is currently unavailable";
    assert_eq!(api.get("ann", "/v3/users").await.refusal(), away);
    assert_eq!(api.get("ann", "/v3/users/ann").await.refusal(), away);
}

async fn a_directory_that_takes_no_more_users_says_when_to_come_back(api: TestApi) {
    api.directory.is_full();
    let new = json!({ "username": "ann", "origin": "ldap" });
    let refused = api.post("admin", "/v3/users", new).await;
    assert_eq!(
        refused.refusal(),
        "429 20008 CF-UaaRateLimited: The UAA is currently rate limited. Please try again later"
    );
    assert_eq!(refused.headers["retry-after"], "5");
    assert!(api.get("admin", "/v3/users").await.each("guid").is_empty());
}

async fn metadata_is_changed_by_admins_alone(api: TestApi) {
    api.give(RoleKind::OrganizationUser, "ann", &an_organization().create(&api).await).await;
    let change = json!({ "metadata": { "annotations": { "note": "x" } } });
    assert_eq!(api.patch("ann", "/v3/users/ann", change.clone()).await.refusal(), FORBIDDEN);
    assert_eq!(api.patch("nobody", "/v3/users/ann", change.clone()).await.status, 404);
    let changed = api.patch("admin", "/v3/users/ann", change).await;
    assert_eq!(changed.text("/metadata/annotations/note"), "x");
    assert_eq!(api.get("ann", "/v3/users/ann").await.body, changed.body);
}

async fn a_user_goes_with_all_roles(api: TestApi) {
    api.give(RoleKind::OrganizationManager, "ann", &an_organization().create(&api).await).await;
    assert_eq!(api.delete("ann", "/v3/users/ann").await.refusal(), FORBIDDEN);
    let job = api.delete_now("admin", "/v3/users/ann").await;
    assert_eq!((job.text("/operation"), job.text("/state")), ("user.delete", "COMPLETE"));
    assert_eq!(api.get("admin", "/v3/users/ann").await.status, 404);
    assert!(api.get("admin", "/v3/roles").await.each("guid").is_empty());
    assert!(api.get("ann", "/v3/organizations").await.each("guid").is_empty());
}

async fn a_client_holds_roles_of_its_own_and_none_of_the_user_with_its_name(api: TestApi) {
    let org = an_organization().create(&api).await;
    let path = format!("/v3/organizations/{}", org.guid.as_str());
    // A user whose guid a client took for its name.
    api.directory.knows("client-taken", "ann", "uaa");
    for guid in ["client-robot", "client-taken"] {
        assert_eq!(api.post("admin", "/v3/users", json!({ "guid": guid })).await.status, 201);
        let role = json!({ "type": "organization_manager", "relationships": {
            "user": { "data": { "guid": guid } }, "organization": { "data": { "guid": org.guid.as_str() } },
        } });
        assert_eq!(api.post("admin", "/v3/roles", role).await.status, 201);
    }
    assert_eq!(api.get("client-robot", &path).await.status, 200);
    assert_eq!(api.get("client-taken", &path).await.status, 404);
    assert_eq!(api.get("client-taken", "/v3/organizations").await.body["pagination"]["total_results"], 0);
    assert_eq!(api.get("client-taken", "/v3/users/client-taken").await.status, 404);
}

api_tests![
    an_admin_makes_a_user_by_guid,
    an_admin_makes_a_user_by_name,
    a_body_is_judged_in_the_words_of_the_reference,
    users_see_themselves_and_their_colleagues,
    a_directory_that_takes_no_more_users_says_when_to_come_back,
    metadata_is_changed_by_admins_alone,
    a_user_goes_with_all_roles,
    a_client_holds_roles_of_its_own_and_none_of_the_user_with_its_name
];
