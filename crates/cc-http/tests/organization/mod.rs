//! `/v3/organizations`: `organization_create`, `organizations_list`, `organization_get`, `organization_delete`

use crate::api_tests;
use crate::harness::{TestApi, a_space, an_organization};
use cc_domain::access::RoleKind;
use serde_json::json;

const FORBIDDEN: &str = "403 10003 CF-NotAuthorized: You are not authorized to perform the requested action";

async fn an_admin_makes_an_organization(api: TestApi) {
    let body = json!({ "name": " acme ", "metadata": { "labels": { "a": "b" } } });
    let answer = api.post("admin", "/v3/organizations", body).await;
    insta::assert_snapshot!("created", answer.redacted());
    assert_eq!(api.recorded().await, ["audit.organization.create"]);
    let again = api.post("admin", "/v3/organizations", json!({ "name": "ACME" })).await;
    assert_eq!(again.refusal(), "422 10008 CF-UnprocessableEntity: Organization 'ACME' already exists.");
}

async fn a_name_in_use_is_not_taken_by_renaming(api: TestApi) {
    let organization = an_organization().create(&api).await;
    api.post("admin", "/v3/organizations", json!({ "name": "acme" })).await;
    let path = format!("/v3/organizations/{}", organization.guid);
    assert_eq!(
        api.patch("admin", &path, json!({ "name": "ACME" })).await.refusal(),
        "422 10008 CF-UnprocessableEntity: Organization name 'ACME' is already taken."
    );
    let again = api.patch("admin", &path, json!({ "name": organization.name.as_str().to_uppercase() })).await;
    assert_eq!(again.status, 200, "its own in another case: {again:?}");
}

async fn only_an_admin_suspends(api: TestApi) {
    let org = an_organization().create(&api).await;
    api.give(RoleKind::OrganizationManager, "ann", &org).await;
    let path = format!("/v3/organizations/{}", org.guid);
    let suspended = json!({ "name": "new", "suspended": true });
    assert_eq!(api.patch("ann", &path, suspended.clone()).await.refusal(), FORBIDDEN);
    api.set_flag("user_org_creation", true).await;
    assert_eq!(api.post("ann", "/v3/organizations", suspended.clone()).await.refusal(), FORBIDDEN);
    let shown = api.get("ann", &path).await;
    assert_eq!((shown.text("/name"), shown.at("/suspended")), (org.name.as_str(), &json!(false)));
    assert!(api.recorded().await.is_empty());
    assert_eq!(api.patch("admin", &path, suspended).await.at("/suspended"), true);
    assert_eq!(
        api.patch("ann", &path, json!({ "suspended": false })).await.refusal(),
        "403 10017 CF-OrgSuspended: The organization is suspended"
    );
    assert_eq!(api.patch("admin", &path, json!({ "suspended": false })).await.at("/suspended"), false);
}

async fn one_that_is_being_deleted_stays_so(api: TestApi) {
    let org = an_organization().named("o").being_deleted().create(&api).await;
    api.give(RoleKind::OrganizationManager, "ann", &org).await;
    let path = format!("/v3/organizations/{}", org.guid);
    for suspended in [true, false] {
        assert_eq!(
            api.patch("admin", &path, json!({ "suspended": suspended })).await.refusal(),
            "422 10008 CF-UnprocessableEntity: Organization 'o' is being deleted and cannot be updated."
        );
    }
    assert_eq!(
        api.patch("ann", &path, json!({ "name": "p" })).await.refusal(),
        "422 10020 CF-ResourceBeingDeleted: The organization is being deleted"
    );
    assert_eq!(api.get("ann", &path).await.text("/name"), "o");
    assert_eq!(api.delete_now("admin", &path).await.text("/state"), "COMPLETE");
    assert_eq!(api.get("admin", &path).await.status, 404);
}

async fn a_user_makes_none_and_sees_none(api: TestApi) {
    let org = an_organization().create(&api).await;
    let answer = api.post("ann", "/v3/organizations", json!({})).await;
    assert_eq!(answer.refusal(), FORBIDDEN);
    let path = format!("/v3/organizations/{}", org.guid);
    assert_eq!(
        api.get("ann", &path).await.refusal(),
        "404 10010 CF-ResourceNotFound: Organization not found"
    );
    assert!(api.get("ann", "/v3/organizations").await.each("guid").is_empty());
    api.give(RoleKind::OrganizationAuditor, "ann", &org).await;
    assert_eq!(api.get("ann", &path).await.guid(), org.guid.as_str());
    assert_eq!(api.get("ann", "/v3/organizations").await.each("guid"), [org.guid.as_str()]);
}

async fn a_deletion_is_recorded_when_it_happens_and_once(api: TestApi) {
    let org = an_organization().named("o").create(&api).await;
    let space = a_space().named("s").in_organization(&org).create(&api).await;
    let app =
        json!({ "name": "a", "relationships": { "space": { "data": { "guid": space.guid.as_str() } } } });
    assert_eq!(api.post("admin", "/v3/apps", app).await.status, 201);
    let owner = json!({ "organization": { "data": { "guid": org.guid.as_str() } } });
    let domain =
        api.post("admin", "/v3/domains", json!({ "name": "o.example.org", "relationships": owner })).await;
    let place = json!({
        "space": { "data": { "guid": space.guid.as_str() } },
        "domain": { "data": { "guid": domain.guid() } },
    });
    assert_eq!(
        api.post("admin", "/v3/routes", json!({ "host": "h", "relationships": place })).await.status,
        201
    );
    let before = api.recorded().await.len();
    let path = format!("/v3/organizations/{}", org.guid);
    let jobs = [api.delete("admin", &path).await.job_path(), api.delete("admin", &path).await.job_path()];
    assert_eq!(api.recorded().await.len(), before);
    api.run_jobs().await;
    for job in jobs {
        assert_eq!(api.get("admin", &job).await.text("/state"), "COMPLETE");
    }
    // A route that goes with its space has no event of its own.
    assert_eq!(
        api.recorded().await[before..],
        [
            "audit.app.process.delete",
            "audit.app.delete-request",
            "audit.space.delete-request",
            "audit.organization.delete-request"
        ]
    );
    let of_space = api.get("admin", "/v3/audit_events?types=audit.space.delete-request").await;
    insta::assert_snapshot!("space_delete_event", of_space.redacted());
    let of_organization = api.get("admin", "/v3/audit_events?types=audit.organization.delete-request").await;
    insta::assert_snapshot!("organization_delete_event", of_organization.redacted());
}

async fn domains_that_others_share_keep_their_organization(api: TestApi) {
    let org = an_organization().named("o").create(&api).await;
    let other = an_organization().create(&api).await;
    let space = a_space().in_organization(&org).create(&api).await;
    let mut guids = Vec::new();
    for name in ["one.example.org", "two.example.org", "three.example.org"] {
        let owner = json!({ "organization": { "data": { "guid": org.guid.as_str() } } });
        let made = api.post("admin", "/v3/domains", json!({ "name": name, "relationships": owner })).await;
        guids.push(made.guid().to_owned());
    }
    let share = |guid: &str| format!("/v3/domains/{guid}/relationships/shared_organizations");
    for guid in &guids[..2] {
        let to = json!({ "data": [{ "guid": other.guid.as_str() }] });
        assert_eq!(api.post("admin", &share(guid), to).await.status, 200);
    }
    let path = format!("/v3/organizations/{}", org.guid);
    let job = api.delete_now("admin", &path).await;
    assert_eq!(job.text("/state"), "FAILED");
    assert_eq!(
        job.text("/errors/0/detail"),
        "Deletion of organization o failed because one or more resources within could not be deleted.\n\n\
         Domain 'one.example.org' is shared with other organizations. Unshare before deleting.\n\n\
         Domain 'two.example.org' is shared with other organizations. Unshare before deleting."
    );
    assert_eq!(job.text("/errors/0/title"), "CF-OrganizationDeletionFailed");
    assert_eq!(api.get("admin", &format!("/v3/spaces/{}", space.guid)).await.status, 404);
    assert_eq!(api.get("admin", &format!("/v3/domains/{}", guids[2])).await.status, 200);
    for guid in &guids[..2] {
        let path = format!("{}/{}", share(guid), other.guid);
        assert_eq!(api.delete("admin", &path).await.status, 204);
    }
    assert_eq!(api.delete_now("admin", &path).await.text("/state"), "COMPLETE");
}

async fn deleting_an_organization_takes_its_spaces_along(api: TestApi) {
    let org = an_organization().named("o").create(&api).await;
    for name in ["s", "t"] {
        let space = a_space().named(name).in_organization(&org).create(&api).await;
        api.give(RoleKind::SpaceDeveloper, "ann", &space).await;
    }
    let path = format!("/v3/organizations/{}", org.guid);
    assert_eq!(api.delete("ann", &path).await.status, 403);
    insta::assert_snapshot!("deleted", api.delete_now("admin", &path).await.redacted());
    assert_eq!(api.get("admin", &path).await.status, 404);
    assert!(api.get("admin", "/v3/spaces").await.each("guid").is_empty());
    assert_eq!(
        api.recorded().await,
        ["audit.space.delete-request", "audit.space.delete-request", "audit.organization.delete-request"]
    );
}

api_tests![
    an_admin_makes_an_organization,
    a_name_in_use_is_not_taken_by_renaming,
    only_an_admin_suspends,
    one_that_is_being_deleted_stays_so,
    a_user_makes_none_and_sees_none,
    a_deletion_is_recorded_when_it_happens_and_once,
    domains_that_others_share_keep_their_organization,
    deleting_an_organization_takes_its_spaces_along
];
