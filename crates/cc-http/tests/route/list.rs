//! `routes_list`, `app_routes_list`

use super::{World, list_of, to};
use crate::api_tests;
use crate::harness::{TestApi, a_space};
use cc_domain::access::RoleKind;
use serde_json::json;

async fn an_empty_filter_is_the_empty_text(api: TestApi) {
    let world = World::new(&api).await;
    let organization = to(world.space.organization.as_str());
    let private = json!({ "name": "own.io", "relationships": { "organization": organization } });
    let private = api.post("admin", "/v3/domains", private).await.guid().to_owned();
    for (host, path) in [("", ""), ("a", ""), ("a", "/x"), ("b", "/X")] {
        let mut body = world.body(host);
        body["path"] = json!(path);
        body["relationships"]["domain"] = to(&private);
        assert_eq!(api.post("dev", "/v3/routes", body).await.status, 201);
    }
    let urls = async |query: &str| api.get("dev", &format!("/v3/routes?{query}")).await.each("url").join(" ");
    assert_eq!(urls("hosts=").await, "own.io");
    assert_eq!(urls("hosts=A&paths=").await, "a.own.io");
    assert_eq!(urls("paths=").await, "own.io a.own.io");
    assert_eq!(urls("hosts=,b").await, "own.io b.own.io/X");
    assert_eq!(urls("paths=%2Fx").await, "a.own.io/x b.own.io/X");
    assert_eq!(urls("ports=0&hosts=a&paths=").await, "a.own.io");
    assert_eq!(urls("ports=1024").await, "");
    assert_eq!(urls("ports=x").await, "");
    assert_eq!(urls("service_instance_guids=x").await, "");
    assert_eq!(urls(&format!("domain_guids={private}&order_by=-created_at&per_page=1")).await, "b.own.io/X");
    assert_eq!(urls(&format!("domain_guids={}", world.domain)).await, "");
    assert_eq!(urls(&format!("space_guids={}&hosts=b", world.space.guid)).await, "b.own.io/X");
    assert_eq!(urls(&format!("organization_guids={}&hosts=b", world.space.organization)).await, "b.own.io/X");
    assert_eq!(
        api.get("dev", "/v3/routes?include=app,domain,domain").await.refusal(),
        "400 10005 CF-BadQueryParameter: The query parameter is invalid: Invalid included resource: 'app'. Valid included \
         resources are: 'domain', 'space', 'space.organization', 'route_policies', Duplicate included resource: 'domain'"
    );
}

async fn what_comes_along_comes_once(api: TestApi) {
    let world = World::new(&api).await;
    for host in ["a", "b"] {
        world.route(host).await;
    }
    let organization = api.get("admin", &format!("/v3/organizations/{}", world.space.organization)).await;
    let list = api.get("dev", "/v3/routes?include=domain,space,space.organization&per_page=1&page=2").await;
    insta::assert_snapshot!(
        "list",
        list.redacted()
            .replace(organization.text("/name"), "org")
            .replace(world.space.name.as_str(), "space")
    );
}

async fn each_role_lists_what_it_should(api: TestApi) {
    let world = World::new(&api).await;
    world.route("www").await;
    let other = a_space().create(&api).await;
    api.give(RoleKind::SpaceDeveloper, "else", &other).await;
    for reader in ["dev", "sue", "ann", "admin", "admin_read_only", "global_auditor"] {
        assert_eq!(api.get(reader, "/v3/routes").await.each("host"), ["www"], "{reader}");
    }
    for blind in ["nobody", "else"] {
        assert!(api.get(blind, "/v3/routes").await.each("host").is_empty(), "{blind}");
    }
    assert_eq!(api.get("", "/v3/routes").await.status, 401);
}

async fn a_shared_route_is_listed_and_not_found(api: TestApi) {
    let world = World::new(&api).await;
    let path = world.route("www").await;
    api.set_flag("route_sharing", true).await;
    let other = a_space().create(&api).await;
    api.give(RoleKind::SpaceDeveloper, "else", &other).await;
    let shares = format!("{path}/relationships/shared_spaces");
    assert_eq!(api.post("admin", &shares, list_of(&[other.guid.as_str()])).await.status, 200);
    assert_eq!(api.get("else", "/v3/routes").await.each("host"), ["www"]);
    assert_eq!(
        api.get("else", &format!("/v3/routes?space_guids={}", other.guid)).await.each("host"),
        ["www"]
    );
    assert_eq!(api.get("else", &path).await.status, 404);
    assert_eq!(api.get("else", &format!("{path}/destinations")).await.status, 404);
}

async fn the_routes_of_an_app_are_those_that_lead_to_it(api: TestApi) {
    let world = World::new(&api).await;
    let (app, other) = (world.app("x").await, world.app("y").await);
    let (www, api_route) = (world.route("www").await, world.route("api").await);
    world.map(&www, &app).await;
    world.map(&api_route, &other).await;
    let path = format!("/v3/apps/{app}/routes");
    let list = api.get("ann", &format!("{path}?app_guids={other}&include=domain&hosts=www")).await;
    assert_eq!(list.each("url"), ["www.all.io"]);
    assert!(list.at("/included").is_null());
    assert!(list.text("/pagination/first/href").starts_with(&format!("https://api.example.org{path}?")));
    assert_eq!(api.get("nobody", &path).await.refusal(), "404 10010 CF-ResourceNotFound: App not found");
    assert_eq!(api.get("nobody", &format!("{path}?x=1")).await.status, 400);
    assert_eq!(api.get("dev", &format!("/v3/routes?app_guids={other}")).await.each("host"), ["api"]);
}

api_tests![
    an_empty_filter_is_the_empty_text,
    what_comes_along_comes_once,
    each_role_lists_what_it_should,
    a_shared_route_is_listed_and_not_found,
    the_routes_of_an_app_are_those_that_lead_to_it
];
