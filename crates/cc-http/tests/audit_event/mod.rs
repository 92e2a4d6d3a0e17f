//! `/v3/audit_events`: `audit_events_list`, `audit_event_get`

use crate::api_tests;
use crate::harness::{TestApi, a_space, an_organization};
use cc_domain::access::RoleKind;
use serde_json::json;

async fn events_are_seen_where_one_audits_or_works(api: TestApi) {
    let org = an_organization().named("o").create(&api).await;
    let space = a_space().named("s").in_organization(&org).create(&api).await;
    api.give(RoleKind::SpaceDeveloper, "dev", &space).await;
    api.give(RoleKind::SpaceManager, "mia", &space).await;
    api.give(RoleKind::OrganizationAuditor, "oda", &org).await;
    let space_path = format!("/v3/spaces/{}", space.guid);
    api.patch("admin", &space_path, json!({ "name": "t" })).await;
    api.patch("admin", &format!("/v3/organizations/{}", org.guid), json!({ "name": "p" })).await;
    let seen = async |token: &str| api.get(token, "/v3/audit_events").await.each("type").join(" ");
    assert_eq!(seen("admin").await, "audit.space.update audit.organization.update");
    assert_eq!(seen("oda").await, "audit.space.update audit.organization.update");
    assert_eq!(seen("dev").await, "audit.space.update");
    assert_eq!(seen("mia").await, "");
    let list = api.get("admin", "/v3/audit_events?types=audit.space.update").await;
    insta::assert_snapshot!("list", list.redacted());
    let one = format!("/v3/audit_events/{}", list.text("/resources/0/guid"));
    assert_eq!(api.get("dev", &one).await.body, *list.at("/resources/0"));
    assert_eq!(api.get("mia", &one).await.refusal(), "404 10010 CF-ResourceNotFound: Event not found");
}

async fn targets_are_asked_for_and_left_out(api: TestApi) {
    let org = an_organization().named("o").create(&api).await;
    for name in ["a", "b"] {
        let path = format!("/v3/spaces/{}", a_space().in_organization(&org).create(&api).await.guid);
        api.patch("admin", &path, json!({ "name": name })).await;
    }
    let all = api.get("admin", &format!("/v3/audit_events?organization_guids={}", org.guid)).await;
    let first = all.text("/resources/0/target/guid").to_owned();
    let targets = async |query: String| {
        let answer = api.get("admin", &format!("/v3/audit_events?{query}")).await;
        assert_eq!(answer.status, 200);
        answer.body["resources"]
            .as_array()
            .unwrap()
            .iter()
            .map(|e| e["target"]["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(targets(format!("target_guids={first}")).await, ["a"]);
    assert_eq!(targets(format!("target_guids[not]={first}")).await, ["b"]);
    assert_eq!(targets(format!("target_guids%5Bnot%5D={first}&order_by=-created_at")).await, ["b"]);
    assert_eq!(
        api.get("admin", "/v3/audit_events?target_guids[gt]=x").await.refusal(),
        "400 10005 CF-BadQueryParameter: The query parameter is invalid: Target guids target_guids has an invalid operator"
    );
}

api_tests![events_are_seen_where_one_audits_or_works, targets_are_asked_for_and_left_out];
