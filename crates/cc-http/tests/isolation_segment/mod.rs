//! `/v3/isolation_segments`: `isolation_segment_create`, `isolation_segments_list`, `isolation_segment_get`, `isolation_segment_update`,
//! `isolation_segment_delete`. What organizations and spaces have of them is in [`assignments`].

mod assignments;

use crate::api_tests;
use crate::harness::{TestApi, an_organization};
use cc_domain::access::RoleKind;
use cc_domain::isolation_segment::IsolationSegment;
use cc_domain::organization::Organization;
use serde_json::json;

const PATH: &str = "/v3/isolation_segments";
const PREFIX: &str = "422 10008 CF-UnprocessableEntity:";
const NOT_FOUND: &str = "404 10010 CF-ResourceNotFound: Isolation segment not found";
const FORBIDDEN: &str = "403 10003 CF-NotAuthorized: You are not authorized to perform the requested action";

fn shared() -> String {
    format!("{PATH}/{}", IsolationSegment::SHARED)
}

/// The path of a new segment.
async fn segment(api: &TestApi, name: &str) -> String {
    format!("{PATH}/{}", api.post("admin", PATH, json!({ "name": name })).await.guid())
}

async fn entitle(api: &TestApi, segment: &str, organizations: &[&Organization]) {
    let guids: Vec<_> = organizations.iter().map(|o| json!({ "guid": o.guid.as_str() })).collect();
    let path = format!("{segment}/relationships/organizations");
    let answer = api.post("admin", &path, json!({ "data": guids })).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

async fn an_admin_makes_a_segment(api: TestApi) {
    let metadata = json!({ "labels": { "a": "b" }, "annotations": { "c": "d" } });
    let created = api.post("admin", PATH, json!({ "name": " Eins ", "metadata": metadata })).await;
    insta::assert_snapshot!("created", created.redacted());
    let path = format!("{PATH}/{}", created.guid());
    assert_eq!(api.get("admin", &path).await.body, created.body);
    let change = json!({ "name": " ", "metadata": { "labels": { "a": null } } });
    let updated = api.patch("admin", &path, change).await;
    assert_eq!((updated.status, updated.text("/name")), (200, " "));
    assert_eq!(updated.at("/metadata"), &json!({ "labels": {}, "annotations": { "c": "d" } }));
    assert_eq!(api.patch("admin", &path, json!({})).await.text("/name"), " ");
    assert_eq!(api.delete("admin", &path).await.status, 204);
    assert_eq!(api.get("admin", &path).await.refusal(), NOT_FOUND);
    assert!(api.recorded().await.is_empty(), "there are no events of segments");
}

async fn what_cannot_be_a_segment_is_refused(api: TestApi) {
    cc_actions::seed::run(&api.ports).await.unwrap();
    let path = segment(&api, "a").await;
    segment(&api, "b").await;
    let taken = "Isolation Segment names are case insensitive and must be unique";
    let unprintable = "Isolation Segment names can only contain non-blank unicode characters";
    for (body, text) in [
        (json!({}), "Name can't be blank"),
        (json!({ "name": " " }), "Name can't be blank"),
        (json!({ "name": [] }), "Name must be a string, Name can't be blank"),
        (json!({ "name": 1, "x": 2 }), "Unknown field(s): 'x', Name must be a string"),
        (json!({ "name": "a\tb" }), unprintable),
        (json!({ "name": "A" }), taken),
        (json!({ "name": "SHARED" }), taken),
    ] {
        assert_eq!(
            api.post("admin", PATH, body.clone()).await.refusal(),
            format!("{PREFIX} {text}"),
            "{body}"
        );
    }
    for (body, text) in [
        (json!({ "name": 1 }), "Name must be a string"),
        (json!({ "name": null }), unprintable),
        (json!({ "name": "" }), unprintable),
        (json!({ "name": "B", "metadata": { "labels": { "lost": "x" } } }), taken),
    ] {
        assert_eq!(
            api.patch("admin", &path, body.clone()).await.refusal(),
            format!("{PREFIX} {text}"),
            "{body}"
        );
    }
    assert_eq!(api.get("admin", &path).await.at("/metadata/labels"), &json!({}));
    let updated = api.patch("admin", &shared(), json!({})).await;
    assert_eq!(updated.refusal(), format!("{PREFIX} Cannot update the shared Isolation Segment"));
    let deleted = api.delete("admin", &shared()).await;
    assert_eq!(deleted.refusal(), format!("{PREFIX} Cannot delete the shared Isolation Segment"));
}

async fn only_admins_manage_segments(api: TestApi) {
    let org = an_organization().create(&api).await;
    api.give(RoleKind::OrganizationManager, "mia", &org).await;
    let path = segment(&api, "a").await;
    entitle(&api, &path, &[&org]).await;
    let bad = json!({ "x": 1 });
    for target in [path, format!("{PATH}/none")] {
        assert_eq!(api.patch("mia", &target, bad.clone()).await.refusal(), FORBIDDEN);
        assert_eq!(api.delete("mia", &target).await.refusal(), FORBIDDEN);
        let organizations = format!("{target}/relationships/organizations");
        assert_eq!(api.post("mia", &organizations, bad.clone()).await.refusal(), FORBIDDEN);
        assert_eq!(api.delete("mia", &format!("{organizations}/{}", org.guid)).await.refusal(), FORBIDDEN);
    }
    assert_eq!(api.post("mia", PATH, bad.clone()).await.refusal(), FORBIDDEN);
    assert_eq!(api.patch("admin", &format!("{PATH}/none"), bad).await.refusal(), NOT_FOUND);
    assert_eq!(api.delete("admin", &format!("{PATH}/none")).await.refusal(), NOT_FOUND);
}

async fn a_segment_is_seen_where_it_is_entitled(api: TestApi) {
    let (one, two) = (an_organization().create(&api).await, an_organization().create(&api).await);
    let paths = [segment(&api, "b").await, segment(&api, "A").await, segment(&api, "c").await];
    entitle(&api, &paths[0], &[&one, &two]).await;
    entitle(&api, &paths[1], &[&two]).await;
    for kind in [
        RoleKind::OrganizationUser,
        RoleKind::OrganizationAuditor,
        RoleKind::OrganizationBillingManager,
        RoleKind::OrganizationManager,
    ] {
        api.give(kind, kind.as_str(), &one).await;
        assert_eq!(api.get(kind.as_str(), PATH).await.each("name"), ["b"], "{kind}");
        assert_eq!(api.get(kind.as_str(), &paths[0]).await.status, 200);
        assert_eq!(api.get(kind.as_str(), &paths[1]).await.refusal(), NOT_FOUND);
    }
    assert!(api.get("nobody", PATH).await.each("name").is_empty());
    let label = json!({ "metadata": { "labels": { "k": "v" } } });
    assert_eq!(api.patch("admin", &paths[2], label).await.status, 200);
    let named = async |query: &str| api.get("admin", &format!("{PATH}?{query}")).await.each("name").join(" ");
    assert_eq!(named("").await, "b A c");
    assert_eq!(named("names=a,C").await, "A c");
    assert_eq!(named("order_by=-name").await, "c b A");
    assert_eq!(named(&format!("organization_guids={},x", two.guid)).await, "b A");
    assert_eq!(named("label_selector=k=v").await, "c");
    assert_eq!(named("page=2&per_page=2").await, "c");
    let refusal = "400 10005 CF-BadQueryParameter: The query parameter is invalid: Unknown query parameter(s): 'space_guids'. Valid \
                   parameters are: 'page', 'per_page', 'order_by', 'created_ats', 'updated_ats', 'guids', 'names', \
                   'organization_guids', 'label_selector'";
    assert_eq!(api.get("admin", &format!("{PATH}?space_guids=x")).await.refusal(), refusal);
}

async fn the_shared_segment_is_there_from_the_start(api: TestApi) {
    cc_actions::seed::run(&api.ports).await.unwrap();
    cc_actions::seed::run(&api.ports).await.unwrap();
    assert_eq!(api.get("admin", PATH).await.each("guid"), [IsolationSegment::SHARED]);
    assert_eq!(api.get("admin", &shared()).await.text("/name"), "shared");
}

api_tests![
    an_admin_makes_a_segment,
    what_cannot_be_a_segment_is_refused,
    only_admins_manage_segments,
    a_segment_is_seen_where_it_is_entitled,
    the_shared_segment_is_there_from_the_start
];
