//! `route_create`, `route_get`, `route_update`

use super::{FORBIDDEN, NOT_FOUND, World, refused, to};
use crate::api_tests;
use crate::harness::{TestApi, a_space, an_organization};
use cc_domain::access::RoleKind;
use serde_json::{Value, json};

async fn developers_and_supporters_make_routes(api: TestApi) {
    let world = World::new(&api).await;
    let mut body = world.body("Www");
    body["path"] = json!("/a/b");
    body["metadata"] = json!({ "labels": { "a": "b" } });
    body["options"] = json!({ "loadbalancing": "least-connection" });
    insta::assert_snapshot!("created", api.post("dev", "/v3/routes", body.clone()).await.redacted());
    assert_eq!(api.recorded().await, ["audit.route.create"]);
    assert_eq!(
        api.post("sue", "/v3/routes", body).await.refusal(),
        refused("Route already exists with host 'Www' and path '/a/b' for domain 'all.io'.")
    );
    assert_eq!(api.post("sue", "/v3/routes", world.body("www")).await.text("/url"), "www.all.io");
    assert_eq!(api.post("ann", "/v3/routes", world.body("b")).await.refusal(), FORBIDDEN);
    assert_eq!(api.post("nobody", "/v3/routes", world.body("b")).await.refusal(), FORBIDDEN);
    assert_eq!(api.post("admin_read_only", "/v3/routes", world.body("b")).await.refusal(), FORBIDDEN);
}

async fn the_flag_and_the_places_are_looked_at_in_order(api: TestApi) {
    let world = World::new(&api).await;
    let mut body = world.body("a");
    body["relationships"]["space"] = to("no");
    assert_eq!(
        api.post("dev", "/v3/routes", body.clone()).await.refusal(),
        refused("Invalid space. Ensure that the space exists and you have access to it.")
    );
    body = world.body("a");
    body["relationships"]["domain"] = to("no");
    assert_eq!(
        api.post("dev", "/v3/routes", body).await.refusal(),
        refused("Invalid domain. Ensure that the domain exists and you have access to it.")
    );
    let suspended = a_space().suspended().create(&api).await;
    api.give(RoleKind::SpaceDeveloper, "dev", &suspended).await;
    assert_eq!(
        api.post("dev", "/v3/routes", world.body_in(&suspended, "a")).await.refusal(),
        "403 10019 CF-SpaceSuspended: The space is suspended"
    );
    api.set_flag("route_creation", false).await;
    assert_eq!(
        api.post("dev", "/v3/routes", json!({})).await.refusal(),
        "403 330002 CF-FeatureDisabled: Feature Disabled: route_creation"
    );
    assert_eq!(api.post("admin", "/v3/routes", world.body("a")).await.status, 201);
}

async fn everything_wrong_with_the_body_is_said_at_once(api: TestApi) {
    let world = World::new(&api).await;
    let refusal = async |body: Value| api.post("dev", "/v3/routes", body).await.refusal();
    assert_eq!(
        refusal(
            json!({ "host": "a.b", "path": "a", "port": 65_536, "x": 1, "relationships": { "space": {} } })
        )
        .await,
        refused(
            "Host must be either \"*\" or contain only alphanumeric characters, \"_\", or \"-\", Path must begin with /, \
             Port must be less than or equal to 65535, Unknown field(s): 'x', Relationships Space can't be blank, \
             Relationships Space must be structured like this: \"space: {\"data\": {\"guid\": \"valid-guid\"}}\", \
             Relationships Domain can't be blank, \
             Relationships Domain must be structured like this: \"domain: {\"data\": {\"guid\": \"valid-guid\"}}\""
        )
    );
    let mut body = world.body("a");
    for (path, text) in
        [("/", "Path cannot be exactly /"), ("/a?b", "Path cannot contain ?"), ("/%zz", "Path is invalid.")]
    {
        body["path"] = json!(path);
        assert_eq!(refusal(body.clone()).await, refused(text));
    }
    body["path"] = json!(format!("/{}", "a".repeat(128)));
    assert_eq!(refusal(body.clone()).await, refused("Path is too long (maximum is 128 characters)"));
    body["path"] = Value::Null;
    body["port"] = json!("x");
    assert_eq!(refusal(body).await, refused("Port is not a number"));
}

async fn a_route_fits_its_domain(api: TestApi) {
    let world = World::new(&api).await;
    let refusal = async |body: Value| api.post("dev", "/v3/routes", body).await.refusal();
    assert_eq!(
        refusal(world.body("")).await,
        refused("Missing host. Routes in shared domains must have a host defined.")
    );
    assert_eq!(
        refusal(world.body("*")).await,
        refused(
            "You do not have sufficient permissions to create a route with a wildcard host on a domain not scoped to an organization."
        )
    );
    assert_eq!(api.post("admin", "/v3/routes", world.body("*")).await.text("/url"), "*.all.io");
    let mut body = world.body("a");
    body["port"] = json!(1);
    assert_eq!(refusal(body).await, refused("Routes with protocol 'http' do not support ports."));
    let internal =
        api.post("admin", "/v3/domains", json!({ "name": "apps.internal", "internal": true })).await;
    let mut body = world.body("a");
    body["relationships"]["domain"] = to(internal.guid());
    body["path"] = json!("/a");
    assert_eq!(refusal(body).await, refused("Paths are not supported for internal domains."));
    let other = an_organization().create(&api).await;
    let private = json!({ "name": "own.io", "relationships": { "organization": to(other.guid.as_str()) } });
    let private = api.post("admin", "/v3/domains", private).await;
    let mut body = world.body("a");
    body["relationships"]["domain"] = to(private.guid());
    let organization = api.get("admin", &format!("/v3/organizations/{}", world.space.organization)).await;
    assert_eq!(
        refusal(body).await,
        refused(&format!(
            "Invalid domain. Domain 'own.io' is not available in organization '{}'.",
            organization.text("/name")
        ))
    );
    api.post("admin", "/v3/domains", json!({ "name": "sub.all.io" })).await;
    assert_eq!(refusal(world.body("sub")).await, refused("Route conflicts with domain 'sub.all.io'."));
}

async fn a_host_on_a_shared_domain_is_of_one_space(api: TestApi) {
    let world = World::new(&api).await;
    world.route("www").await;
    let other = a_space().create(&api).await;
    let mut body = world.body_in(&other, "www");
    body["path"] = json!("/other");
    assert_eq!(
        api.post("admin", "/v3/routes", body).await.refusal(),
        refused("domain_id and host host_and_domain_taken_different_space")
    );
}

async fn a_route_is_seen_from_its_space(api: TestApi) {
    let world = World::new(&api).await;
    let path = world.route("www").await;
    let org = api.get("admin", &format!("/v3/organizations/{}", world.space.organization)).await;
    let include = format!("{path}?include=domain,space,space.organization,route_policies");
    let shown = api.get("ann", &include).await;
    insta::assert_snapshot!("shown", shown.redacted().replace(org.text("/name"), "org"));
    assert!(api.get("ann", &path).await.at("/included").is_null());
    assert_eq!(api.get("nobody", &path).await.refusal(), NOT_FOUND);
    assert_eq!(
        api.get("nobody", &format!("{path}?include=app&x=1")).await.refusal(),
        refused(
            "Unknown query parameter(s): 'x'. Valid parameters are: 'guid', 'include', Invalid included resource: 'app'. \
             Valid included resources are: 'domain', 'space', 'space.organization', 'route_policies'"
        )
    );
}

async fn the_organizations_auditor_sees_the_route_and_not_its_space(api: TestApi) {
    let org = an_organization().create(&api).await;
    let world = World { space: a_space().in_organization(&org).create(&api).await, ..World::new(&api).await };
    api.give(RoleKind::OrganizationAuditor, "olga", &org).await;
    api.give(RoleKind::OrganizationBillingManager, "ben", &org).await;
    let made = api.post("admin", "/v3/routes", world.body("www")).await;
    let path = format!("/v3/routes/{}", made.guid());
    assert_eq!(api.get("olga", &format!("{path}?include=space")).await.at("/included/spaces"), &json!([]));
    assert_eq!(api.get("ben", &path).await.refusal(), NOT_FOUND);
    assert_eq!(api.patch("olga", &path, json!({})).await.refusal(), FORBIDDEN);
}

async fn options_and_metadata_change(api: TestApi) {
    let world = World::new(&api).await;
    let path = world.route("www").await;
    api.run_jobs().await;
    api.clock.advance(1);
    let change =
        json!({ "options": { "loadbalancing": "round-robin" }, "metadata": { "labels": { "a": "b" } } });
    insta::assert_snapshot!("updated", api.patch("sue", &path, change).await.redacted());
    api.run_jobs().await;
    assert_eq!(api.traffic.told().len(), 1);
    let none = api.patch("dev", &path, json!({ "options": { "loadbalancing": null } })).await;
    assert_eq!(none.at("/options"), &json!({}));
    assert_eq!(api.patch("ann", &path, json!({})).await.refusal(), FORBIDDEN);
    assert_eq!(api.patch("nobody", &path, json!({})).await.refusal(), NOT_FOUND);
    assert_eq!(
        api.patch("nobody", &path, json!({ "host": "b" })).await.refusal(),
        refused("Unknown field(s): 'host'")
    );
    assert_eq!(api.recorded().await, ["audit.route.create"]);
}

api_tests![
    developers_and_supporters_make_routes,
    the_flag_and_the_places_are_looked_at_in_order,
    everything_wrong_with_the_body_is_said_at_once,
    a_route_fits_its_domain,
    a_host_on_a_shared_domain_is_of_one_space,
    a_route_is_seen_from_its_space,
    the_organizations_auditor_sees_the_route_and_not_its_space,
    options_and_metadata_change
];
