//! `domain_create`, `domain_update`, `domain_delete`

use super::{FORBIDDEN, NOT_FOUND, SUSPENDED, guids, path, private, refused};
use crate::api_tests;
use crate::harness::{TestApi, a_space, an_organization};
use cc_domain::access::RoleKind;
use serde_json::{Value, json};

fn route(host: &str, domain: &str, space: &str) -> Value {
    let to = |guid: &str| json!({ "data": { "guid": guid } });
    json!({ "host": host, "relationships": { "domain": to(domain), "space": to(space) } })
}

async fn an_admin_makes_a_shared_domain(api: TestApi) {
    let body =
        json!({ "name": "Apps.Example.org", "internal": null, "metadata": { "labels": { "a": "b" } } });
    insta::assert_snapshot!("shared", api.post("admin", "/v3/domains", body).await.redacted());
    let again = api.post("admin", "/v3/domains", json!({ "name": "apps.example.ORG" })).await;
    assert_eq!(again.refusal(), refused("The domain name \"apps.example.ORG\" is already in use"));
    assert_eq!(api.post("ann", "/v3/domains", json!({ "name": "b.io" })).await.refusal(), FORBIDDEN);
    assert_eq!(
        api.post("admin_read_only", "/v3/domains", json!({ "name": "b.io" })).await.refusal(),
        FORBIDDEN
    );
    let internal =
        api.post("admin", "/v3/domains", json!({ "name": "apps.internal", "internal": true })).await;
    assert_eq!(internal.at("/internal"), true);
    assert!(api.recorded().await.is_empty());
}

async fn a_manager_makes_a_private_domain(api: TestApi) {
    let org = an_organization().named("o").create(&api).await;
    api.give(RoleKind::OrganizationManager, "mia", &org).await;
    api.give(RoleKind::OrganizationAuditor, "ann", &org).await;
    insta::assert_snapshot!(
        "private",
        api.post("mia", "/v3/domains", private("own.io", &org)).await.redacted()
    );
    assert_eq!(api.post("ann", "/v3/domains", private("b.io", &org)).await.refusal(), FORBIDDEN);
    assert_eq!(api.post("bob", "/v3/domains", private("b.io", &org)).await.refusal(), FORBIDDEN);
    let unknown =
        json!({ "name": "b.io", "relationships": { "organization": { "data": { "guid": "no" } } } });
    assert_eq!(
        api.post("mia", "/v3/domains", unknown).await.refusal(),
        refused("Organization with guid 'no' does not exist or you do not have access to it.")
    );
    let other = an_organization().named("p").create(&api).await;
    assert_eq!(
        api.post("admin", "/v3/domains", private("x.own.io", &other)).await.refusal(),
        refused(
            "The domain name \"x.own.io\" cannot be created because \"own.io\" is already reserved by another domain"
        )
    );
    assert_eq!(api.post("mia", "/v3/domains", private("x.own.io", &org)).await.status, 201);
}

async fn a_private_domain_needs_the_flag_and_an_active_organization(api: TestApi) {
    let org = an_organization().suspended().create(&api).await;
    api.give(RoleKind::OrganizationManager, "mia", &org).await;
    assert_eq!(api.post("mia", "/v3/domains", private("own.io", &org)).await.refusal(), SUSPENDED);
    let made = api.post("admin", "/v3/domains", private("own.io", &org)).await;
    assert_eq!(api.patch("mia", &path(&made), json!({})).await.refusal(), SUSPENDED);
    assert_eq!(api.delete("mia", &path(&made)).await.refusal(), SUSPENDED);
    let active = an_organization().create(&api).await;
    api.give(RoleKind::OrganizationManager, "mia", &active).await;
    api.set_flag("private_domain_creation", false).await;
    assert_eq!(
        api.post("mia", "/v3/domains", private("b.io", &active)).await.refusal(),
        "403 330002 CF-FeatureDisabled: Feature Disabled: private_domain_creation"
    );
    assert_eq!(api.post("admin", "/v3/domains", private("b.io", &active)).await.status, 201);
}

async fn everything_wrong_with_the_body_is_said_at_once(api: TestApi) {
    let refusal = async |body: Value| api.post("admin", "/v3/domains", body).await.refusal();
    assert_eq!(
        refusal(json!({ "name": "a_b", "x": 1, "internal": "no", "route_policies_scope": "all" })).await,
        refused(
            "Unknown field(s): 'x', Name does not comply with RFC 1035 standards, Name must contain at least one \".\", \
             Name must consist of alphanumeric characters and hyphens, Internal must be a boolean, \
             Route policies scope must be one of 'any', 'org', 'space'"
        )
    );
    assert_eq!(
        refusal(json!({})).await,
        refused(
            "Name can't be blank, Name must be a string, Name is too short (minimum is 3 characters), Name does not comply \
             with RFC 1035 standards, Name must contain at least one \".\""
        )
    );
    let long = format!("{}.io", "a".repeat(64));
    assert_eq!(
        refusal(json!({ "name": long })).await,
        refused(
            "Name does not comply with RFC 1035 standards, Name subdomains must each be at most 63 characters"
        )
    );
    assert_eq!(
        refusal(json!({ "name": "a.io", "internal": true, "router_group": { "guid": 1, "x": 1 },
            "relationships": { "shared_organizations": { "data": [] } } }))
        .await,
        refused(
            "Relationships cannot contain shared_organizations without an owning organization., \
             Router group Unknown field(s): 'x', Router group guid must be a string, \
             Cannot associate an internal domain with an organization, \
             Internal domains cannot be associated to a router group., \
             Domains scoped to an organization cannot be associated to a router group."
        )
    );
    assert_eq!(
        refusal(json!({ "name": "a.io", "relationships": { "organization": { "data": { "guid": "o" } },
            "shared_organizations": { "data": ["x"] } } }))
        .await,
        refused(
            "Relationships Shared organizations must be structured like this: \
             \"shared_organizations: {\"data\": [{\"guid\": \"valid-guid\"},{\"guid\": \"valid-guid\"}]}\""
        )
    );
    assert_eq!(
        refusal(json!({ "name": "a.io", "enforce_route_policies": true })).await,
        refused("Route policies scope is required when enforce_route_policies is true")
    );
    assert_eq!(
        refusal(json!({ "name": "a.io", "enforce_route_policies": true, "route_policies_scope": "any" }))
            .await,
        refused("Enforce route policies is not supported")
    );
    assert_eq!(
        refusal(json!({ "name": "a.io", "router_group": { "guid": "g" } })).await,
        "503 10015 CF-ServiceUnavailable: The Routing API is disabled."
    );
}

async fn names_of_routes_and_of_the_system_are_reserved(api: TestApi) {
    let space = a_space().create(&api).await;
    let domain = api.shared_domain("example.io").await;
    let made = api.post("admin", "/v3/routes", route("www", domain.guid(), space.guid.as_str())).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(
        api.post("admin", "/v3/domains", json!({ "name": "a.www.example.io" })).await.refusal(),
        refused(
            "The domain name \"a.www.example.io\" cannot be created because \"www.example.io\" is already reserved by a route"
        )
    );
    let org = an_organization().create(&api).await;
    assert_eq!(
        api.post("admin", "/v3/domains", private("api.example.org", &org)).await.refusal(),
        refused(
            "The domain name \"api.example.org\" cannot be created because \"api.example.org\" is already reserved by the system"
        )
    );
}

async fn metadata_is_all_that_changes(api: TestApi) {
    let org = an_organization().create(&api).await;
    api.give(RoleKind::OrganizationManager, "mia", &org).await;
    let (own, shared) = (api.domain(private("own.io", &org)).await, api.shared_domain("all.io").await);
    let change = json!({ "metadata": { "annotations": { "note": "x" } } });
    api.clock.advance(1);
    insta::assert_snapshot!("changed", api.patch("mia", &path(&own), change.clone()).await.redacted());
    assert_eq!(api.patch("mia", &path(&shared), change.clone()).await.refusal(), FORBIDDEN);
    assert_eq!(api.patch("admin", &path(&shared), change.clone()).await.status, 200);
    assert_eq!(api.patch("bob", &path(&own), change).await.refusal(), NOT_FOUND);
    assert_eq!(
        api.patch("bob", &path(&own), json!({ "name": "b.io" })).await.refusal(),
        refused("Unknown field(s): 'name'")
    );
}

async fn a_domain_goes_with_its_routes(api: TestApi) {
    let space = a_space().create(&api).await;
    let domain = api.shared_domain("all.io").await;
    for host in ["a", "b"] {
        api.post("admin", "/v3/routes", route(host, domain.guid(), space.guid.as_str())).await;
    }
    assert_eq!(api.delete("ann", &path(&domain)).await.refusal(), FORBIDDEN);
    insta::assert_snapshot!("deleted", api.delete_now("admin", &path(&domain)).await.redacted());
    assert_eq!(api.get("admin", &path(&domain)).await.refusal(), NOT_FOUND);
    assert!(api.get("admin", "/v3/routes").await.each("guid").is_empty());
    assert_eq!(api.traffic.told().len(), 2);
}

async fn a_domain_that_is_shared_stays(api: TestApi) {
    let (org, other) = (an_organization().create(&api).await, an_organization().create(&api).await);
    let domain = api.domain(private("own.io", &org)).await;
    let shares = format!("{}/relationships/shared_organizations", path(&domain));
    assert_eq!(api.post("admin", &shares, guids(&[&other])).await.status, 200);
    assert_eq!(
        api.delete("admin", &path(&domain)).await.refusal(),
        refused("This domain is shared with other organizations. Unshare before deleting.")
    );
}

async fn a_public_suffix_is_nobodys_own(api: TestApi) {
    let org = an_organization().create(&api).await;
    for name in ["co.uk", "GitHub.io"] {
        assert_eq!(
            api.post("admin", "/v3/domains", private(name, &org)).await.refusal(),
            refused(&format!("The \"{name}\" domain is reserved and cannot be used for org-scoped domains."))
        );
    }
    assert_eq!(api.post("admin", "/v3/domains", private("mine.co.uk", &org)).await.status, 201);
    assert_eq!(api.post("admin", "/v3/domains", json!({ "name": "github.io" })).await.status, 201);
}

api_tests![
    an_admin_makes_a_shared_domain,
    a_manager_makes_a_private_domain,
    a_private_domain_needs_the_flag_and_an_active_organization,
    everything_wrong_with_the_body_is_said_at_once,
    names_of_routes_and_of_the_system_are_reserved,
    metadata_is_all_that_changes,
    a_domain_goes_with_its_routes,
    a_domain_that_is_shared_stays,
    a_public_suffix_is_nobodys_own
];
