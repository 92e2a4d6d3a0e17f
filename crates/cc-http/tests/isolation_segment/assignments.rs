//! `isolation_segment_entitle_organizations`, `isolation_segment_revoke_organization`,
//! `isolation_segment_organizations_relationship_list`, `isolation_segment_spaces_relationship_list`,
//! `isolation_segment_organizations_list`, `organization_default_isolation_segment_get`, `organization_default_isolation_segment_set`,
//! `space_isolation_segment_get`, `space_isolation_segment_set`

use super::{FORBIDDEN, NOT_FOUND, PATH, PREFIX, entitle, segment, shared};
use crate::api_tests;
use crate::harness::{TestApi, a_space, an_organization};
use cc_domain::access::RoleKind;
use cc_domain::isolation_segment::IsolationSegment;
use cc_domain::organization::Organization;
use cc_domain::space::Space;
use serde_json::{Value, json};

fn default_of(organization: &Organization) -> String {
    format!("/v3/organizations/{}/relationships/default_isolation_segment", organization.guid)
}

fn own_of(space: &Space) -> String {
    format!("/v3/spaces/{}/relationships/isolation_segment", space.guid)
}

/// An organization and a space `s` in it.
async fn place(api: &TestApi) -> (Organization, Space) {
    let organization = an_organization().create(api).await;
    let space = a_space().named("s").in_organization(&organization).create(api).await;
    (organization, space)
}

fn to(path: &str) -> Value {
    json!({ "data": { "guid": path.rsplit('/').next() } })
}

async fn organizations_are_entitled_all_or_none(api: TestApi) {
    let (one, two) = (an_organization().create(&api).await, an_organization().create(&api).await);
    let path = segment(&api, "a").await;
    let organizations = format!("{path}/relationships/organizations");
    let (first, second) = (one.guid.as_str(), two.guid.as_str());
    entitle(&api, &path, &[&two]).await;
    let both = json!({ "data": [{ "guid": second }, { "guid": first, "x": 1 }, { "guid": first }] });
    let answer = api.post("admin", &organizations, both).await;
    assert_eq!(answer.at("/data"), &json!([{ "guid": first }, { "guid": second }]));
    insta::assert_snapshot!("entitled", answer.redacted());
    for (body, text) in [
        (json!({}), "Data can't be blank, Data must be an array"),
        (json!({ "data": [] }), "Data can't be blank"),
        (json!({ "data": "x", "y": 1 }), "Unknown field(s): 'y', Data must be an array"),
        (
            json!({ "data": [{}, { "guid": 1 }, "x"] }),
            "Data  not a string, Data 1 not a string, Data  not a string",
        ),
        (
            json!({ "data": [{ "guid": "n" }, { "guid": first }, { "guid": "m" }] }),
            "Unable to entitle organizations ['n', 'm'] for the isolation segment. Ensure the organizations exist.",
        ),
    ] {
        let answer = api.post("admin", &organizations, body.clone()).await;
        assert_eq!(answer.refusal(), format!("{PREFIX} {text}"), "{body}");
    }
    let nowhere = format!("{PATH}/none/relationships/organizations");
    assert_eq!(api.post("admin", &nowhere, json!({ "x": 1 })).await.refusal(), NOT_FOUND);
}

async fn an_entitlement_in_use_is_not_revoked(api: TestApi) {
    let (org, space) = place(&api).await;
    let path = segment(&api, "a").await;
    entitle(&api, &path, &[&org]).await;
    let revoke = format!("{path}/relationships/organizations/{}", org.guid);
    assert_eq!(api.patch("admin", &default_of(&org), to(&path)).await.status, 200);
    assert_eq!(api.patch("admin", &own_of(&space), to(&path)).await.status, 200);
    let of_default = "Cannot remove the entitlement while this Isolation Segment is assigned as the Default Isolation Segment for the \
                      Organization.";
    assert_eq!(api.delete("admin", &revoke).await.refusal(), format!("{PREFIX} {of_default}"));
    let in_use =
        "Cannot update Isolation Segments that are assigned as the default for an Organization or Space.";
    assert_eq!(api.patch("admin", &path, json!({})).await.refusal(), format!("{PREFIX} {in_use}"));
    let cleared = api.patch("admin", &default_of(&org), json!({ "data": null })).await;
    assert!(cleared.at("/data").is_null());
    let of_space = "Cannot remove the entitlement while this Isolation Segment is assigned to any Spaces. Currently assigned to: 's'";
    assert_eq!(api.delete("admin", &revoke).await.refusal(), format!("{PREFIX} {of_space}"));
    assert_eq!(api.patch("admin", &path, json!({})).await.refusal(), format!("{PREFIX} {in_use}"));
    let entitled = "Revoke the Organization entitlements for your Isolation Segment.";
    assert_eq!(api.delete("admin", &path).await.refusal(), format!("{PREFIX} {entitled}"));
    assert_eq!(api.patch("admin", &own_of(&space), json!({})).await.status, 200, "no data is none");
    assert_eq!(api.get("admin", &own_of(&space)).await.at("/data"), &Value::Null);
    for again in 0..2 {
        assert_eq!(api.delete("admin", &revoke).await.status, 204, "{again}");
    }
    let organizations = format!("{path}/relationships/organizations");
    assert_eq!(
        api.delete("admin", &format!("{organizations}/none")).await.refusal(),
        "404 10010 CF-ResourceNotFound: Org not found"
    );
    let nowhere = format!("{PATH}/none/relationships/organizations/{}", org.guid);
    assert_eq!(api.delete("admin", &nowhere).await.refusal(), NOT_FOUND);
    assert_eq!(api.delete("admin", &path).await.status, 204);
}

async fn each_sees_of_a_segment_what_is_theirs(api: TestApi) {
    let ((one, here), (two, there)) = (place(&api).await, place(&api).await);
    let path = segment(&api, "a").await;
    entitle(&api, &path, &[&one, &two]).await;
    for space in [&here, &there] {
        assert_eq!(api.patch("admin", &own_of(space), to(&path)).await.status, 200);
    }
    api.give(RoleKind::SpaceAuditor, "ann", &here).await;
    api.give(RoleKind::OrganizationUser, "bob", &two).await;
    let guids = async |who: &str, list: &str| {
        let answer = api.get(who, &format!("{path}/relationships/{list}?page=0")).await;
        answer
            .at("/data")
            .as_array()
            .unwrap()
            .iter()
            .map(|r| r["guid"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(guids("admin", "organizations").await, [one.guid.as_str(), two.guid.as_str()]);
    assert_eq!(guids("ann", "organizations").await, [one.guid.as_str()]);
    assert_eq!(guids("bob", "organizations").await, [two.guid.as_str()]);
    assert_eq!(guids("admin", "spaces").await, [here.guid.as_str(), there.guid.as_str()]);
    assert_eq!(guids("ann", "spaces").await, [here.guid.as_str()]);
    assert!(guids("bob", "spaces").await.is_empty());
    insta::assert_snapshot!(
        "spaces",
        api.get("ann", &format!("{path}/relationships/spaces")).await.redacted()
    );
    let full = format!("{path}/organizations");
    assert_eq!(api.get("ann", &full).await.each("guid"), [one.guid.as_str()]);
    let answer = api.get("admin", &format!("{full}?per_page=1&order_by=name&isolation_segment_guid=x")).await;
    assert_eq!(answer.at("/pagination/total_results"), 2);
    assert!(
        answer.text("/pagination/next/href").ends_with(&format!("{full}?order_by=%2Bname&page=2&per_page=1"))
    );
    let guid = path.rsplit('/').next().unwrap();
    let by_query = api.get("bob", &format!("/v3/organizations?isolation_segment_guid={guid}")).await;
    assert_eq!(by_query.each("guid"), [two.guid.as_str()]);
    assert_eq!(api.get("admin", "/v3/organizations?isolation_segment_guid=x").await.refusal(), NOT_FOUND);
    for list in ["organizations", "relationships/organizations", "relationships/spaces"] {
        assert_eq!(api.get("nobody", &format!("{path}/{list}")).await.refusal(), NOT_FOUND, "{list}");
    }
}

async fn a_default_is_chosen_among_the_entitled(api: TestApi) {
    let org = an_organization().create(&api).await;
    api.give(RoleKind::OrganizationManager, "mia", &org).await;
    api.give(RoleKind::OrganizationAuditor, "ida", &org).await;
    let (path, other) = (segment(&api, "a").await, segment(&api, "b").await);
    entitle(&api, &path, &[&org]).await;
    let default = default_of(&org);
    let set = api.patch("mia", &default, to(&path)).await;
    insta::assert_snapshot!("default", set.redacted());
    assert_eq!(api.get("ida", &default).await.body, set.body);
    let guid = other.rsplit('/').next().unwrap();
    let refused = format!(
        "Unable to assign isolation segment with guid '{guid}'. Ensure it has been entitled to the organization."
    );
    assert_eq!(api.patch("mia", &default, to(&other)).await.refusal(), format!("{PREFIX} {refused}"));
    for (body, text) in [
        (
            json!({ "data": {} }),
            "Data can't be blank, Data can only accept one key, Data can only accept key 'guid'",
        ),
        (json!({ "data": { "guid": { "x": 1 } } }), "Data {:x=>1} must be a string"),
        (
            json!({ "data": { "guid": 5, "name": "x" } }),
            "Data can only accept one key, Data 5 must be a string",
        ),
        (json!({ "data": "x" }), "Data must be an object"),
        (json!({ "x": 1 }), "Unknown field(s): 'x'"),
    ] {
        assert_eq!(
            api.patch("nobody", &default, body.clone()).await.refusal(),
            format!("{PREFIX} {text}"),
            "{body}"
        );
    }
    assert!(api.patch("mia", &default, json!({})).await.at("/data").is_null(), "what the reference answers");
    assert_eq!(api.get("mia", &default).await.body, set.body, "and nothing has changed");
    assert_eq!(api.patch("ida", &default, to(&path)).await.refusal(), FORBIDDEN);
    assert_eq!(api.patch("nobody", &default, to(&path)).await.status, 404);
    assert!(api.patch("mia", &default, json!({ "data": { "guid": null } })).await.at("/data").is_null());
    assert!(api.get("mia", &default).await.at("/data").is_null());
    api.patch("admin", &format!("/v3/organizations/{}", org.guid), json!({ "suspended": true })).await;
    assert_eq!(
        api.patch("mia", &default, to(&path)).await.refusal(),
        "403 10017 CF-OrgSuspended: The organization is suspended"
    );
    assert_eq!(api.patch("admin", &default, to(&path)).await.status, 200);
}

async fn the_shared_segment_becomes_the_default_of_who_has_none(api: TestApi) {
    cc_actions::seed::run(&api.ports).await.unwrap();
    let (one, two) = (an_organization().create(&api).await, an_organization().create(&api).await);
    let path = segment(&api, "a").await;
    entitle(&api, &path, &[&one]).await;
    assert_eq!(api.patch("admin", &default_of(&one), to(&path)).await.status, 200);
    entitle(&api, &shared(), &[&one, &two]).await;
    assert_eq!(api.get("admin", &default_of(&one)).await.at("/data"), &to(&path)["data"]);
    assert_eq!(api.get("admin", &default_of(&two)).await.text("/data/guid"), IsolationSegment::SHARED);
    let job = api.delete_now("admin", &format!("/v3/organizations/{}", two.guid)).await;
    assert_eq!(job.text("/state"), "COMPLETE", "entitlements go with the organization");
}

async fn a_space_gets_a_segment_of_its_organization(api: TestApi) {
    let (org, space) = place(&api).await;
    api.give(RoleKind::OrganizationManager, "mia", &org).await;
    api.give(RoleKind::SpaceManager, "sam", &space).await;
    let path = segment(&api, "a").await;
    let own = own_of(&space);
    let guid = path.rsplit('/').next().unwrap();
    let refused = format!(
        "Unable to assign isolation segment with guid '{guid}'. Ensure it has been entitled to the organization that this space belongs to."
    );
    assert_eq!(api.patch("mia", &own, to(&path)).await.refusal(), format!("{PREFIX} {refused}"));
    entitle(&api, &path, &[&org]).await;
    api.patch("admin", &format!("/v3/organizations/{}", org.guid), json!({ "suspended": true })).await;
    let set = api.patch("mia", &own, to(&path)).await;
    assert_eq!(set.status, 200, "suspension does not count");
    insta::assert_snapshot!("own", set.redacted());
    insta::assert_snapshot!(
        "event",
        api.get("admin", "/v3/audit_events?types=audit.space.update").await.redacted()
    );
    assert_eq!(api.get("sam", &own).await.body, set.body);
    assert_eq!(api.patch("sam", &own, json!({ "x": 1 })).await.refusal(), FORBIDDEN);
    assert_eq!(api.patch("nobody", &own, json!({ "x": 1 })).await.status, 404);
    assert_eq!(
        api.patch("mia", &own, json!({ "x": 1 })).await.refusal(),
        format!("{PREFIX} Unknown field(s): 'x'")
    );
}

api_tests![
    organizations_are_entitled_all_or_none,
    an_entitlement_in_use_is_not_revoked,
    each_sees_of_a_segment_what_is_theirs,
    a_default_is_chosen_among_the_entitled,
    the_shared_segment_becomes_the_default_of_who_has_none,
    a_space_gets_a_segment_of_its_organization
];
