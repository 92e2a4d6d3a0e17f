//! `/v3/roles`: `role_create`, `roles_list`, `role_get`, `role_delete`

use crate::api_tests;
use crate::harness::{TestApi, a_space, an_organization};
use cc_domain::access::RoleKind;
use serde_json::{Value, json};

const FORBIDDEN: &str = "403 10003 CF-NotAuthorized: You are not authorized to perform the requested action";

fn role(kind: &str, user: Value, place: &str, guid: &str) -> Value {
    let mut relationships = json!({ "user": { "data": user } });
    relationships[place] = json!({ "data": { "guid": guid } });
    json!({ "type": kind, "relationships": relationships })
}

fn refused(text: &str) -> String {
    format!("422 10008 CF-UnprocessableEntity: {text}")
}

async fn a_manager_makes_members_of_users_and_developers_of_members(api: TestApi) {
    let space = a_space().named("dev").create(&api).await;
    let org = an_organization().named("other").create(&api).await;
    api.give(RoleKind::OrganizationManager, "ann", &org).await;
    let dev = a_space().named("s").in_organization(&org).create(&api).await;
    let by_guid = json!({ "guid": "bob" });
    let space_role = role("space_developer", by_guid.clone(), "space", dev.guid.as_str());
    let none =
        "Users cannot be assigned roles in a space if they do not have a role in that space's organization.";
    assert_eq!(api.post("ann", "/v3/roles", space_role.clone()).await.refusal(), refused(none));
    let member = role("organization_user", by_guid.clone(), "organization", org.guid.as_str());
    insta::assert_snapshot!("member", api.post("ann", "/v3/roles", member.clone()).await.redacted());
    insta::assert_snapshot!("developer", api.post("ann", "/v3/roles", space_role.clone()).await.redacted());
    assert_eq!(
        api.post("ann", "/v3/roles", member).await.refusal(),
        refused("User 'bob' already has 'organization_user' role in organization 'other'.")
    );
    api.directory.knows("bob", "bob@example.org", "uaa");
    assert_eq!(
        api.post("ann", "/v3/roles", space_role).await.refusal(),
        refused("User 'bob@example.org' already has 'space_developer' role in space 's'.")
    );
    let elsewhere = role("space_developer", by_guid, "space", space.guid.as_str());
    assert_eq!(api.post("ann", "/v3/roles", elsewhere).await.refusal(), FORBIDDEN);
    assert_eq!(api.recorded().await, ["audit.user.organization_user_add", "audit.user.space_developer_add"]);
}

async fn a_user_is_named_by_name_and_origin(api: TestApi) {
    let org = an_organization().create(&api).await;
    let org = org.guid.as_str();
    api.directory.knows("g1", "bob", "uaa");
    api.directory.knows("g2", "bob", "ldap");
    api.directory.knows("g3", "cat", "uaa");
    let give = async |user: Value| {
        api.post("admin", "/v3/roles", role("organization_auditor", user, "organization", org)).await
    };
    assert_eq!(
        give(json!({ "username": "bob" })).await.refusal(),
        refused(
            "Ambiguous user. User with username 'bob' exists in the following origins: ldap, uaa. \
             Specify an origin to disambiguate."
        )
    );
    let given = give(json!({ "username": "bob", "origin": "ldap" })).await;
    assert_eq!(given.text("/relationships/user/data/guid"), "g2");
    assert_eq!(give(json!({ "username": "cat", "origin": null })).await.status, 201);
    assert_eq!(
        give(json!({ "username": "dan" })).await.refusal(),
        refused("No user exists with the username 'dan'.")
    );
    assert_eq!(
        give(json!({ "username": "dan", "origin": "uaa" })).await.refusal(),
        refused("No user exists with the username 'dan' and origin 'uaa'.")
    );
    let space = a_space().create(&api).await;
    let unknown = role("space_auditor", json!({ "username": "dan" }), "space", space.guid.as_str());
    assert_eq!(
        api.post("admin", "/v3/roles", unknown).await.refusal(),
        refused(
            "Users cannot be assigned roles in a space if they do not have a role in that space's organization."
        )
    );
    api.directory.goes_away();
    assert_eq!(
        give(json!({ "username": "cat" })).await.refusal(),
        "503 20004 CF-UaaUnavailable: The UAA service is currently unavailable"
    );
    assert_eq!(give(json!({ "guid": "somebody" })).await.status, 201, "what needs no name is done");
}

async fn a_body_is_judged_in_the_words_of_the_reference(api: TestApi) {
    let say = async |body: Value| {
        let refusal = api.post("admin", "/v3/roles", body).await.refusal();
        refusal.strip_prefix("422 10008 CF-UnprocessableEntity: ").unwrap_or(&refusal).to_owned()
    };
    let user = json!({ "data": { "guid": "u" } });
    let place = json!({ "data": { "guid": "p" } });
    let with = |kind: &str, relationships: Value| json!({ "type": kind, "relationships": relationships });
    let mut said = Vec::new();
    for body in [
        json!({}),
        with("king", json!({ "user": user, "organization": place })),
        with("space_auditor", json!({ "user": user })),
        with("space_auditor", json!({ "user": user, "organization": place })),
        with("organization_user", json!({ "user": user, "space": place })),
        with("organization_user", json!({ "user": user, "space": place, "organization": place })),
        with("organization_user", json!({ "organization": place })),
        with(
            "organization_user",
            json!({ "user": { "data": { "guid": "u", "username": "n" } }, "organization": place }),
        ),
        with(
            "organization_user",
            json!({ "user": { "data": { "guid": "u", "origin": "o" } }, "organization": place }),
        ),
        with("organization_user", json!({ "user": { "data": { "origin": "o" } }, "organization": place })),
        with(
            "organization_user",
            json!({ "user": { "data": { "username": 1, "origin": 2 } }, "organization": place }),
        ),
        with(
            "organization_user",
            json!({ "user": { "data": { "guid": "u", "x": 1 } }, "organization": place }),
        ),
        with("organization_user", json!({ "user": user, "organization": { "data": { "name": "x" } } })),
        with("organization_user", json!({ "user": user, "organization": place })),
        with("space_manager", json!({ "user": user, "space": place })),
    ] {
        said.push(say(body).await);
    }
    insta::assert_snapshot!("refusals", said.join("\n"));
}

async fn roles_are_listed_with_what_they_refer_to(api: TestApi) {
    let org = an_organization().named("o").create(&api).await;
    let space = a_space().named("s").in_organization(&org).create(&api).await;
    api.directory.knows("bob", "bob@example.org", "uaa");
    api.give(RoleKind::SpaceDeveloper, "bob", &space).await;
    let other = a_space().named("hidden").create(&api).await;
    api.give(RoleKind::SpaceDeveloper, "cat", &other).await;
    insta::assert_snapshot!(
        "list",
        api.get("bob", "/v3/roles?include=user,space,organization").await.redacted()
    );
    let of = async |query: &str| api.get("admin", &format!("/v3/roles?{query}")).await.each("type").join(" ");
    assert_eq!(of("types=space_developer,nonsense").await, "space_developer space_developer");
    assert_eq!(of(&format!("user_guids=bob&organization_guids={}", org.guid)).await, "organization_user");
    assert_eq!(of(&format!("space_guids={}", other.guid)).await, "space_developer");
    assert_eq!(api.get("bob", "/v3/roles?include=x").await.status, 422);
}

async fn one_role_is_shown_to_whom_sees_its_place(api: TestApi) {
    let space = a_space().create(&api).await;
    let role = api.give(RoleKind::SpaceDeveloper, "bob", &space).await;
    let path = format!("/v3/roles/{}", role.guid);
    assert_eq!(api.get("bob", &format!("{path}?include=user")).await.text("/included/users/0/guid"), "bob");
    assert_eq!(api.get("nobody", &path).await.refusal(), "404 10010 CF-ResourceNotFound: Role not found");
    assert_eq!(api.get("bob", &format!("{path}?x=1")).await.status, 422);
}

async fn a_role_is_taken_by_whom_may_give_it(api: TestApi) {
    let org = an_organization().create(&api).await;
    let space = a_space().in_organization(&org).create(&api).await;
    api.directory.knows("bob", "bob@example.org", "uaa");
    let developer = api.give(RoleKind::SpaceDeveloper, "bob", &space).await;
    let member = api.get("admin", "/v3/roles?types=organization_user").await.each("guid")[0].to_owned();
    api.give(RoleKind::SpaceManager, "mia", &space).await;
    let (developer, member) = (format!("/v3/roles/{}", developer.guid), format!("/v3/roles/{member}"));
    assert_eq!(api.delete("bob", &developer).await.refusal(), FORBIDDEN);
    assert_eq!(api.delete("mia", &member).await.refusal(), FORBIDDEN);
    let left =
        refused("Cannot delete organization_user role while user has roles in spaces in that organization.");
    assert_eq!(api.delete("admin", &member).await.refusal(), left);
    assert_eq!(api.delete_now("mia", &developer).await.text("/state"), "COMPLETE");
    assert_eq!(api.delete_now("admin", &member).await.text("/state"), "COMPLETE");
    assert_eq!(api.get("admin", &member).await.status, 404);
    let events = api.get("admin", "/v3/audit_events").await;
    assert_eq!(
        events.each("type"),
        ["audit.user.space_developer_remove", "audit.user.organization_user_remove"]
    );
    assert_eq!(events.text("/resources/0/actor/guid"), "mia");
    assert_eq!(events.text("/resources/0/target/name"), "bob@example.org");
}

async fn a_suspended_space_keeps_its_roles_as_they_are(api: TestApi) {
    let org = an_organization().create(&api).await;
    let space = a_space().in_organization(&org).suspended().create(&api).await;
    api.give(RoleKind::SpaceManager, "mia", &space).await;
    let developer = api.give(RoleKind::SpaceDeveloper, "bob", &space).await;
    let refusal = "403 10019 CF-SpaceSuspended: The space is suspended";
    assert_eq!(api.delete("mia", &format!("/v3/roles/{}", developer.guid)).await.refusal(), refusal);
    let body = role("space_auditor", json!({ "guid": "bob" }), "space", space.guid.as_str());
    assert_eq!(api.post("mia", "/v3/roles", body.clone()).await.refusal(), refusal);
    api.give(RoleKind::OrganizationManager, "ann", &org).await;
    assert_eq!(api.post("ann", "/v3/roles", body).await.status, 201);
}

api_tests![
    a_manager_makes_members_of_users_and_developers_of_members,
    a_user_is_named_by_name_and_origin,
    a_body_is_judged_in_the_words_of_the_reference,
    roles_are_listed_with_what_they_refer_to,
    one_role_is_shown_to_whom_sees_its_place,
    a_role_is_taken_by_whom_may_give_it,
    a_suspended_space_keeps_its_roles_as_they_are
];
