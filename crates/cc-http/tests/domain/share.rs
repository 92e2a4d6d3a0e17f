//! `domain_share`, `domain_unshare`

use super::{FORBIDDEN, NOT_FOUND, guids, path, private, refused};
use crate::api_tests;
use crate::harness::{TestApi, a_space, an_organization};
use cc_domain::access::RoleKind;
use serde_json::json;

async fn a_manager_of_both_sides_shares(api: TestApi) {
    let org = an_organization().create(&api).await;
    let other = an_organization().named("other").create(&api).await;
    let domain = api.domain(private("own.io", &org)).await;
    let shares = format!("{}/relationships/shared_organizations", path(&domain));
    api.give(RoleKind::OrganizationManager, "mia", &org).await;
    let body = guids(&[&other]);
    assert_eq!(
        api.post("mia", &shares, body.clone()).await.refusal(),
        refused(&format!(
            "Organization with guid '{}' either does not exist, or you do not have access to it.",
            other.guid
        ))
    );
    api.give(RoleKind::OrganizationAuditor, "mia", &other).await;
    assert_eq!(
        api.post("mia", &shares, body.clone()).await.refusal(),
        refused("You do not have sufficient permissions for organization 'other' to share domain.")
    );
    api.give(RoleKind::OrganizationManager, "mia", &other).await;
    insta::assert_snapshot!("shared", api.post("mia", &shares, body.clone()).await.redacted());
    assert_eq!(api.post("mia", &shares, body).await.at("/data/0/guid"), other.guid.as_str());
    assert_eq!(
        api.post("mia", &shares, json!({ "data": [], "x": 1 })).await.at("/data/0/guid"),
        other.guid.as_str()
    );
    assert_eq!(
        api.get("mia", &path(&domain)).await.at("/relationships/shared_organizations/data/0/guid"),
        other.guid.as_str()
    );
    api.give(RoleKind::OrganizationAuditor, "ann", &org).await;
    assert_eq!(
        api.get("ann", &path(&domain)).await.at("/relationships/shared_organizations/data"),
        &json!([])
    );
    assert_eq!(api.post("ann", &shares, guids(&[])).await.refusal(), FORBIDDEN);
    assert_eq!(api.post("bob", &shares, guids(&[])).await.refusal(), NOT_FOUND);
}

async fn what_cannot_be_shared_is_refused(api: TestApi) {
    let org = an_organization().create(&api).await;
    let gone = an_organization().named("gone").suspended().create(&api).await;
    let domain = api.domain(private("own.io", &org)).await;
    let shares = format!("{}/relationships/shared_organizations", path(&domain));
    for kind in [&org, &gone] {
        api.give(RoleKind::OrganizationManager, "mia", kind).await;
    }
    let structure = refused(
        "Data must have the structure \"data\": [{\"guid\": shared_org_guid_1}, {\"guid\": shared_org_guid_2}]",
    );
    for body in
        [json!({}), json!({ "data": {} }), json!({ "data": ["x"] }), json!({ "data": [{ "guid": "" }] })]
    {
        assert_eq!(api.post("bob", &shares, body).await.refusal(), structure);
    }
    let twice = guids(&[&gone, &gone]);
    assert_eq!(
        api.post("admin", &shares, twice).await.refusal(),
        refused("Organization with guid '' does not exist, or you do not have access to it.")
    );
    assert_eq!(
        api.post("mia", &shares, json!({ "data": [{ "guid": "no" }] })).await.refusal(),
        refused("Organization with guid 'no' does not exist, or you do not have access to it.")
    );
    assert_eq!(
        api.post("mia", &shares, guids(&[&gone])).await.refusal(),
        refused("Organization 'gone' is suspended.")
    );
    assert_eq!(
        api.post("mia", &shares, guids(&[&org])).await.refusal(),
        refused("Domain cannot be shared with owning organization.")
    );
    let all = api.shared_domain("all.io").await;
    let shares = format!("{}/relationships/shared_organizations", path(&all));
    assert_eq!(api.post("mia", &shares, guids(&[])).await.refusal(), FORBIDDEN);
    assert_eq!(
        api.post("admin", &shares, guids(&[&org])).await.refusal(),
        refused(
            "Domains cannot be shared with other organizations unless they are scoped to an organization."
        )
    );
}

async fn a_manager_of_either_side_unshares(api: TestApi) {
    let org = an_organization().create(&api).await;
    let other = an_organization().named("other").create(&api).await;
    let space = a_space().in_organization(&other).create(&api).await;
    let domain = api.domain(private("own.io", &org)).await;
    let shares = format!("{}/relationships/shared_organizations", path(&domain));
    let share = format!("{shares}/{}", other.guid);
    assert_eq!(
        api.delete("admin", &share).await.refusal(),
        refused(
            "Unable to unshare domain from organization with name 'other'. Ensure the domain is shared to this organization."
        )
    );
    api.post("admin", &shares, guids(&[&other])).await;
    api.give(RoleKind::OrganizationManager, "mia", &other).await;
    api.give(RoleKind::OrganizationAuditor, "ann", &other).await;
    let to = |guid: &str| json!({ "data": { "guid": guid } });
    let relationships = json!({ "domain": to(domain.guid()), "space": to(space.guid.as_str()) });
    let route = api.post("admin", "/v3/routes", json!({ "relationships": relationships })).await;
    assert_eq!(
        api.delete("mia", &share).await.refusal(),
        refused(
            "This domain has associated routes in this organization. Delete the routes before unsharing."
        )
    );
    api.delete_now("admin", &format!("/v3/routes/{}", route.guid())).await;
    assert_eq!(api.delete("ann", &share).await.refusal(), FORBIDDEN);
    assert_eq!(api.delete("bob", &share).await.refusal(), NOT_FOUND);
    assert_eq!(
        api.delete("mia", &format!("{shares}/no")).await.refusal(),
        refused("Organization with guid 'no' does not exist or you do not have access to it.")
    );
    assert_eq!(api.delete("mia", &share).await.status, 204);
    assert_eq!(api.get("mia", &path(&domain)).await.refusal(), NOT_FOUND);
}

api_tests![
    a_manager_of_both_sides_shares,
    what_cannot_be_shared_is_refused,
    a_manager_of_either_side_unshares
];
