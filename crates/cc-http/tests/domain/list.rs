//! `domain_get`, `domains_list`, `organization_domains_list`, `organization_default_domain_get`, `domain_route_reservations_get`

use super::{NOT_FOUND, guids, path, private};
use crate::api_tests;
use crate::harness::{TestApi, a_space, an_organization};
use cc_domain::access::RoleKind;
use serde_json::json;

async fn private_domains_are_seen_by_their_readers(api: TestApi) {
    let org = an_organization().create(&api).await;
    let space = a_space().in_organization(&org).create(&api).await;
    api.shared_domain("all.io").await;
    let own = api.domain(private("own.io", &org)).await;
    for kind in [RoleKind::OrganizationManager, RoleKind::OrganizationAuditor] {
        api.give(kind, kind.as_str(), &org).await;
    }
    for kind in
        [RoleKind::SpaceDeveloper, RoleKind::SpaceManager, RoleKind::SpaceAuditor, RoleKind::SpaceSupporter]
    {
        api.give(kind, kind.as_str(), &space).await;
    }
    for kind in [RoleKind::OrganizationUser, RoleKind::OrganizationBillingManager] {
        api.give(kind, kind.as_str(), &org).await;
        assert_eq!(api.get(kind.as_str(), &path(&own)).await.refusal(), NOT_FOUND, "{kind}");
        assert_eq!(api.get(kind.as_str(), "/v3/domains").await.each("name"), ["all.io"], "{kind}");
        let list = format!("/v3/organizations/{}/domains", org.guid);
        assert_eq!(api.get(kind.as_str(), &list).await.each("name"), ["all.io"], "{kind}");
    }
    for reader in [
        "organization_manager",
        "organization_auditor",
        "space_developer",
        "space_manager",
        "space_auditor",
        "space_supporter",
        "admin",
        "admin_read_only",
        "global_auditor",
    ] {
        assert_eq!(api.get(reader, &path(&own)).await.status, 200, "{reader}");
        assert_eq!(api.get(reader, "/v3/domains").await.each("name"), ["all.io", "own.io"], "{reader}");
    }
    assert_eq!(api.get("nobody", "/v3/domains").await.each("name"), ["all.io"]);
    assert_eq!(api.get("", "/v3/domains").await.status, 401);
}

async fn domains_are_filtered(api: TestApi) {
    let org = an_organization().create(&api).await;
    api.domain(json!({ "name": "all.io", "metadata": { "labels": { "tier": "gold" } } })).await;
    api.domain(private("own.io", &org)).await;
    let names =
        async |query: &str| api.get("admin", &format!("/v3/domains?{query}")).await.each("name").join(" ");
    assert_eq!(names("names=ALL.io,x.io").await, "all.io");
    assert_eq!(names(&format!("organization_guids={}", org.guid)).await, "own.io");
    assert_eq!(names("label_selector=tier%3Dgold").await, "all.io");
    assert_eq!(names("order_by=-created_at").await, "own.io all.io");
    insta::assert_snapshot!(
        "page",
        api.get("admin", "/v3/domains?per_page=1&names=all.io,own.io").await.redacted()
    );
    assert_eq!(
        api.get("admin", "/v3/domains?hosts=a").await.refusal(),
        "400 10005 CF-BadQueryParameter: The query parameter is invalid: Unknown query parameter(s): 'hosts'. Valid parameters \
         are: 'page', 'per_page', 'order_by', 'created_ats', 'updated_ats', 'guids', 'names', 'guids', \
         'organization_guids', 'label_selector'"
    );
}

async fn an_organization_has_the_domains_it_can_use(api: TestApi) {
    let (org, other) = (an_organization().create(&api).await, an_organization().create(&api).await);
    let third = api.domain(private("third.io", &other)).await;
    api.domain(private("other.io", &other)).await;
    let list = format!("/v3/organizations/{}/domains", org.guid);
    let default = format!("{list}/default");
    assert_eq!(api.get("admin", &default).await.refusal(), NOT_FOUND);
    api.post("admin", &format!("{}/relationships/shared_organizations", path(&third)), guids(&[&org])).await;
    assert_eq!(api.get("admin", &default).await.text("/name"), "third.io");
    api.domain(json!({ "name": "i.internal", "internal": true })).await;
    api.domain(private("own.io", &org)).await;
    api.shared_domain("all.io").await;
    api.give(RoleKind::OrganizationBillingManager, "ben", &org).await;
    api.give(RoleKind::OrganizationManager, "mia", &org).await;
    let names = api.get("mia", &list).await;
    assert_eq!(names.each("name"), ["third.io", "i.internal", "own.io", "all.io"]);
    let shared = api.get("ben", &list).await;
    assert_eq!(shared.each("name"), ["i.internal", "all.io"]);
    insta::assert_snapshot!("default", api.get("ben", &default).await.redacted());
    let unknown = "404 10010 CF-ResourceNotFound: Organization not found";
    assert_eq!(api.get("nobody", &default).await.refusal(), unknown);
    assert_eq!(api.get("nobody", &format!("{list}?x=1")).await.refusal(), unknown);
    assert_eq!(api.get("mia", &format!("{list}?x=1")).await.status, 400);
}

async fn a_reservation_is_a_route_that_nobody_need_see(api: TestApi) {
    let space = a_space().create(&api).await;
    let domain = api.shared_domain("all.io").await;
    let to = |guid: &str| json!({ "data": { "guid": guid } });
    let relationships = json!({ "domain": to(domain.guid()), "space": to(space.guid.as_str()) });
    let body = json!({ "host": "www", "path": "/a", "relationships": relationships });
    assert_eq!(api.post("admin", "/v3/routes", body).await.status, 201);
    let ask = async |query: &str| {
        api.get("nobody", &format!("{}/route_reservations?{query}", path(&domain)))
            .await
            .at("/matching_route")
            .clone()
    };
    assert_eq!(ask("host=WWW&path=/a&other=x").await, true);
    assert_eq!(ask("host=www&path=%2Fa&port=0").await, true);
    for query in
        ["host=www", "path=/a", "", "host=www&path=/a&port=1", "host=www&path=a", "host=%21", "port=x"]
    {
        assert_eq!(ask(query).await, false, "{query}");
    }
    assert_eq!(api.get("nobody", "/v3/domains/no/route_reservations?port=x").await.refusal(), NOT_FOUND);
}

api_tests![
    private_domains_are_seen_by_their_readers,
    domains_are_filtered,
    an_organization_has_the_domains_it_can_use,
    a_reservation_is_a_route_that_nobody_need_see
];
