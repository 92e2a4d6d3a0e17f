//! `/v3/spaces`: `space_create`, `spaces_list`, `space_get`, `space_update`, `space_delete`, `space_features_list`, `space_feature_get`,
//! `space_feature_update`, `space_users_list`; beside them `organization_users_list`

use crate::api_tests;
use crate::harness::{TestApi, a_space, an_organization};
use cc_domain::access::RoleKind;
use serde_json::{Value, json};

const FORBIDDEN: &str = "403 10003 CF-NotAuthorized: You are not authorized to perform the requested action";
const NOT_FOUND: &str = "404 10010 CF-ResourceNotFound: Space not found";

fn in_organization(name: &str, guid: &str) -> Value {
    json!({ "name": name, "relationships": { "organization": { "data": { "guid": guid } } } })
}

async fn a_manager_makes_a_space(api: TestApi) {
    let org = an_organization().create(&api).await;
    api.give(RoleKind::OrganizationManager, "ann", &org).await;
    let answer = api.post("ann", "/v3/spaces", in_organization("dev", org.guid.as_str())).await;
    insta::assert_snapshot!("created", answer.redacted());
    assert_eq!(api.recorded().await, ["audit.space.create"]);
    let again = api.post("ann", "/v3/spaces", in_organization("DEV", org.guid.as_str())).await;
    assert_eq!(again.refusal(), "422 10008 CF-UnprocessableEntity: Name must be unique per organization");
    let other = an_organization().create(&api).await;
    assert_eq!(
        api.post("admin", "/v3/spaces", in_organization("dev", other.guid.as_str())).await.status,
        201
    );
}

async fn nobody_makes_a_space_where_they_may_not(api: TestApi) {
    let org = an_organization().create(&api).await;
    let body = in_organization("dev", org.guid.as_str());
    let invalid = "422 10008 CF-UnprocessableEntity: Invalid organization. Ensure the organization exists and you have access to it.";
    assert_eq!(api.post("ann", "/v3/spaces", body.clone()).await.refusal(), invalid);
    assert_eq!(api.post("admin", "/v3/spaces", in_organization("dev", "no")).await.refusal(), invalid);
    api.give(RoleKind::OrganizationAuditor, "ann", &org).await;
    assert_eq!(api.post("ann", "/v3/spaces", body.clone()).await.refusal(), FORBIDDEN);
    assert_eq!(api.post("admin_read_only", "/v3/spaces", body).await.refusal(), FORBIDDEN);
    assert!(api.recorded().await.is_empty());
}

async fn a_suspended_organization_takes_no_space_but_from_an_admin(api: TestApi) {
    let org = an_organization().suspended().create(&api).await;
    api.give(RoleKind::OrganizationManager, "ann", &org).await;
    let body = in_organization("dev", org.guid.as_str());
    let refusal = "403 10017 CF-OrgSuspended: The organization is suspended";
    assert_eq!(api.post("ann", "/v3/spaces", body.clone()).await.refusal(), refusal);
    assert_eq!(api.post("admin", "/v3/spaces", body).await.status, 201);
}

async fn everything_wrong_with_the_body_is_said_at_once(api: TestApi) {
    let body =
        json!({ "name": "", "x": 1, "relationships": { "organization": { "guid": "g" }, "quota": {} } });
    assert_eq!(
        api.post("admin", "/v3/spaces", body).await.refusal(),
        "422 10008 CF-UnprocessableEntity: Unknown field(s): 'x', Relationships Unknown field(s): 'quota', \
         Relationships Organization must be structured like this: \
         \"organization: {\"data\": {\"guid\": \"valid-guid\"}}\", Name can't be blank, \
         Name must not contain escaped characters"
    );
    assert_eq!(
        api.post("admin", "/v3/spaces", json!({ "name": "x" })).await.refusal(),
        "422 10008 CF-UnprocessableEntity: Relationships 'relationships' is not an object"
    );
}

async fn each_role_sees_what_it_should(api: TestApi) {
    let space = a_space().named("dev").create(&api).await;
    let path = format!("/v3/spaces/{}", space.guid);
    for kind in
        [RoleKind::SpaceDeveloper, RoleKind::SpaceManager, RoleKind::SpaceAuditor, RoleKind::SpaceSupporter]
    {
        api.give(kind, kind.as_str(), &space).await;
        assert_eq!(api.get(kind.as_str(), &path).await.status, 200, "{kind}");
        assert_eq!(api.get(kind.as_str(), "/v3/spaces").await.each("name"), ["dev"], "{kind}");
    }
    for reader in ["admin", "admin_read_only", "global_auditor"] {
        assert_eq!(api.get(reader, &path).await.status, 200, "{reader}");
    }
    assert_eq!(api.get("nobody", &path).await.refusal(), NOT_FOUND);
    assert!(api.get("nobody", "/v3/spaces").await.each("name").is_empty());
    assert_eq!(api.get("", &path).await.status, 401);
    assert_eq!(api.get("invalid", &path).await.status, 401);
}

async fn the_organization_comes_along_once(api: TestApi) {
    let org = an_organization().named("o").create(&api).await;
    for name in ["a", "b"] {
        a_space().named(name).in_organization(&org).create(&api).await;
    }
    let list = api.get("admin", "/v3/spaces?include=organization&order_by=-name&names=A,b").await;
    insta::assert_snapshot!("list", list.redacted());
    let path = format!("/v3/spaces/{}", list.text("/resources/0/guid"));
    let one = api.get("admin", &format!("{path}?include=org")).await;
    assert_eq!(one.text("/included/organizations/0/name"), "o");
    assert!(api.get("admin", &path).await.at("/included").is_null());
    assert_eq!(
        api.get("admin", &format!("{path}?include=quota")).await.refusal(),
        "400 10005 CF-BadQueryParameter: The query parameter is invalid: Invalid included resource: 'quota'. \
         Valid included resources are: 'org', 'organization'"
    );
}

async fn a_space_is_renamed_and_suspended_by_whom_it_should(api: TestApi) {
    let org = an_organization().named("o").create(&api).await;
    let space = a_space().named("dev").in_organization(&org).create(&api).await;
    a_space().named("prod").in_organization(&org).create(&api).await;
    api.give(RoleKind::SpaceManager, "mia", &space).await;
    api.give(RoleKind::OrganizationManager, "ann", &org).await;
    api.give(RoleKind::SpaceDeveloper, "dev", &space).await;
    let path = format!("/v3/spaces/{}", space.guid);
    api.clock.advance(1);
    let renamed =
        api.patch("mia", &path, json!({ "name": "test", "metadata": { "labels": { "a": "b" } } })).await;
    insta::assert_snapshot!("renamed", renamed.redacted());
    assert_eq!(api.patch("dev", &path, json!({ "name": "x" })).await.refusal(), FORBIDDEN);
    assert_eq!(api.patch("nobody", &path, json!({ "name": "x" })).await.refusal(), NOT_FOUND);
    assert_eq!(
        api.patch("mia", &path, json!({ "name": "PROD" })).await.refusal(),
        "422 10008 CF-UnprocessableEntity: Organization 'o' already contains a space with name 'PROD'."
    );
    assert_eq!(api.patch("mia", &path, json!({ "suspended": null })).await.refusal(), FORBIDDEN);
    assert_eq!(api.patch("ann", &path, json!({ "suspended": true })).await.at("/suspended"), true);
    let refusal = "403 10019 CF-SpaceSuspended: The space is suspended";
    assert_eq!(api.patch("mia", &path, json!({ "name": "x" })).await.refusal(), refusal);
    assert_eq!(api.patch("ann", &path, json!({ "suspended": false })).await.at("/suspended"), false);
    assert_eq!(api.recorded().await, ["audit.space.update"; 3]);
}

async fn ssh_is_switched_as_a_feature(api: TestApi) {
    let space = a_space().create(&api).await;
    api.give(RoleKind::SpaceManager, "mia", &space).await;
    api.give(RoleKind::SpaceDeveloper, "dev", &space).await;
    let path = format!("/v3/spaces/{}/features", space.guid);
    let ssh = format!("{path}/ssh");
    let feature =
        json!({ "name": "ssh", "description": "Enable SSHing into apps in the space.", "enabled": true });
    assert_eq!(api.get("dev", &path).await.body, json!({ "resources": [feature] }));
    assert_eq!(api.patch("mia", &ssh, json!({ "enabled": false })).await.at("/enabled"), false);
    assert_eq!(api.get("dev", &ssh).await.at("/enabled"), false);
    assert_eq!(api.patch("dev", &ssh, json!({ "enabled": true })).await.refusal(), FORBIDDEN);
    assert_eq!(api.patch("nobody", &ssh, json!({ "enabled": true })).await.refusal(), NOT_FOUND);
    let blank = "422 10008 CF-UnprocessableEntity: Enabled must be a boolean";
    assert_eq!(api.patch("nobody", &ssh, json!({})).await.refusal(), blank);
    assert_eq!(api.patch("mia", &ssh, json!({ "enabled": "yes" })).await.refusal(), blank);
    let other = format!("{path}/other");
    assert_eq!(api.get("dev", &other).await.refusal(), "404 10010 CF-ResourceNotFound: Feature not found");
}

async fn a_space_goes_with_its_roles(api: TestApi) {
    let org = an_organization().create(&api).await;
    let space = a_space().named("dev").in_organization(&org).create(&api).await;
    api.give(RoleKind::SpaceManager, "mia", &space).await;
    api.give(RoleKind::OrganizationManager, "ann", &org).await;
    let path = format!("/v3/spaces/{}", space.guid);
    assert_eq!(api.delete("mia", &path).await.refusal(), FORBIDDEN);
    assert_eq!(api.delete("nobody", &path).await.refusal(), NOT_FOUND);
    let job = api.delete_now("ann", &path).await;
    assert_eq!((job.text("/operation"), job.text("/state")), ("space.delete", "COMPLETE"));
    assert_eq!(api.get("ann", &path).await.status, 404);
    assert!(api.get("admin", &format!("/v3/roles?space_guids={}", space.guid)).await.each("guid").is_empty());
    assert_eq!(api.recorded().await, ["audit.space.delete-request"]);
}

async fn what_is_asked_for_twice_goes_once(api: TestApi) {
    let path = format!("/v3/spaces/{}", a_space().create(&api).await.guid);
    let jobs = [api.delete("admin", &path).await.job_path(), api.delete("admin", &path).await.job_path()];
    assert_eq!(api.run_jobs().await, 2);
    for job in jobs {
        assert_eq!(api.get("admin", &job).await.text("/state"), "COMPLETE");
    }
}

async fn the_users_of_a_space_are_those_with_a_role_in_it(api: TestApi) {
    let space = a_space().create(&api).await;
    api.directory.knows("g-ann", "ann", "uaa");
    api.directory.knows("g-anna", "anna", "ldap");
    api.directory.knows("g-bob", "bob", "uaa");
    for user in ["g-ann", "g-anna", "g-bob"] {
        api.give(RoleKind::SpaceDeveloper, user, &space).await;
    }
    let other = a_space().create(&api).await;
    api.give(RoleKind::SpaceDeveloper, "g-cat", &other).await;
    let path = format!("/v3/spaces/{}/users", space.guid);
    let names = async |query: &str| {
        let answer = api.get("g-ann", &format!("{path}{query}")).await;
        answer.each("presentation_name").join(" ")
    };
    assert_eq!(names("").await, "ann anna bob");
    assert_eq!(names("?usernames=ann,BOB").await, "ann bob");
    assert_eq!(names("?partial_usernames=ann").await, "ann anna");
    assert_eq!(names("?partial_usernames=ann&origins=ldap").await, "anna");
    assert_eq!(names("?usernames=nobody").await, "");
    assert_eq!(
        api.get("g-ann", &format!("{path}?origins=uaa")).await.refusal(),
        "400 10005 CF-BadQueryParameter: The query parameter is invalid: \
         Origins filter cannot be provided without usernames or partial_usernames filter."
    );
    assert_eq!(api.get("g-cat", &path).await.refusal(), NOT_FOUND);
    let org = format!("/v3/organizations/{}/users", space.organization);
    assert_eq!(api.get("g-bob", &org).await.each("username"), ["ann", "anna", "bob"]);
}

api_tests![
    a_manager_makes_a_space,
    nobody_makes_a_space_where_they_may_not,
    a_suspended_organization_takes_no_space_but_from_an_admin,
    everything_wrong_with_the_body_is_said_at_once,
    each_role_sees_what_it_should,
    the_organization_comes_along_once,
    a_space_is_renamed_and_suspended_by_whom_it_should,
    ssh_is_switched_as_a_feature,
    a_space_goes_with_its_roles,
    what_is_asked_for_twice_goes_once,
    the_users_of_a_space_are_those_with_a_role_in_it
];
