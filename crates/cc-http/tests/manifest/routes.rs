//! Routes: listed, by default, at random, none.

use super::World;
use crate::api_tests;
use crate::harness::{TestApi, a_space};
use cc_domain::access::RoleKind;
use cc_domain::feature_flag::FeatureFlag;
use cc_domain::route::DestinationProtocol;

async fn listed_routes_are_made_and_mapped_and_win_over_the_default(api: TestApi) {
    let world = World::new(&api).await.with_domain().await;
    world
        .applied("applications:\n- name: x\n  default-route: true\n  routes:\n  - route: www.apps.example.org/path\n  - route: https://api.apps.example.org\n    protocol: http2\n    options: {loadbalancing: least-connection}\n")
        .await;
    assert_eq!(world.urls("x").await, ["www.apps.example.org/path", "api.apps.example.org"]);
    let api_route = &world.routes("x").await[1];
    assert_eq!(api_route.destinations[0].protocol, DestinationProtocol::Http2);
    assert_eq!(api_route.options.entries().collect::<Vec<_>>(), [("loadbalancing", "least-connection")]);
    world.applied("applications:\n- name: x\n  routes:\n  - route: API.apps.example.org\n    protocol: http1\n    options: {loadbalancing: round-robin}\n").await;
    assert_eq!(world.urls("x").await.len(), 2);
    let api_route = &world.routes("x").await[1];
    assert_eq!(api_route.options.entries().collect::<Vec<_>>(), [("loadbalancing", "round-robin")]);
    assert_eq!(
        api_route.destinations.iter().map(|d| d.protocol).collect::<Vec<_>>(),
        [DestinationProtocol::Http1]
    );
}

async fn a_route_is_shared_by_the_apps_of_a_space(api: TestApi) {
    let world = World::new(&api).await.with_domain().await;
    world.applied("applications:\n- name: a\n  routes: [{route: www.apps.example.org}]\n- name: b\n  routes: [{route: www.apps.example.org}]\n").await;
    let (a, b) = (world.routes("a").await, world.routes("b").await);
    assert_eq!(a, b);
    assert_eq!(a[0].destinations.len(), 2);
    world.applied("applications:\n- name: a\n  no-route: true\n").await;
    assert!(world.urls("a").await.is_empty());
    assert_eq!(world.routes("b").await[0].destinations.len(), 1);
    assert_eq!(api.recorded().await.last().unwrap(), "audit.app.unmap-route");
}

async fn no_route_wins_over_routes(api: TestApi) {
    let world = World::new(&api).await.with_domain().await;
    world
        .applied("applications:\n- name: x\n  no-route: true\n  routes: [{route: www.apps.example.org}]\n")
        .await;
    assert!(world.urls("x").await.is_empty());
}

async fn a_random_route_is_drawn_once(api: TestApi) {
    let world = World::new(&api).await.with_domain().await;
    let text = "applications:\n- name: x\n  random-route: true\n";
    world.applied(text).await;
    let urls = world.urls("x").await;
    let host = urls[0].strip_suffix(".apps.example.org").unwrap();
    assert_eq!((host.split('-').count(), host.split('-').next()), (4, Some("x")));
    world.applied(text).await;
    assert_eq!(world.urls("x").await, urls);
}

async fn the_default_route_needs_a_domain_and_a_name_that_is_a_host(api: TestApi) {
    let world = World::new(&api).await;
    let text = "applications:\n- name: x\n  default-route: true\n";
    assert_eq!(
        world.failure(text).await,
        "10008 CF-UnprocessableEntity: For application 'x': No default domains available"
    );
    world.add_domain("apps.example.org").await;
    assert_eq!(
        world.failure("applications:\n- name: a b\n  default-route: true\n").await,
        "10008 CF-UnprocessableEntity: For application 'a b': Failed to create default route from app name: Host must be either \"*\" or contain only alphanumeric characters, \"_\", or \"-\""
    );
    let long = "a".repeat(64);
    assert_eq!(
        world.failure(&format!("applications:\n- name: {long}\n  default-route: true\n")).await,
        format!(
            "10008 CF-UnprocessableEntity: For application '{long}': Failed to create default route from app name: Host cannot exceed 63 characters"
        )
    );
}

async fn routes_that_cannot_be_fail_the_job(api: TestApi) {
    let world = World::new(&api).await.with_domain().await;
    let with = |route: &str| format!("applications:\n- name: x\n  routes: [{{route: {route}}}]\n");
    assert_eq!(
        world.failure(&with("apps.example.org")).await,
        "10008 CF-UnprocessableEntity: For application 'x': For route 'apps.example.org': Missing host. Routes in shared domains must have a host defined."
    );
    assert_eq!(
        world.failure(&with("'*.apps.example.org'")).await,
        "10003 CF-NotAuthorized: You are not authorized to perform the requested action"
    );
    assert_eq!(
        world.failure(&with("x.apps.example.org:80")).await,
        "10008 CF-UnprocessableEntity: For application 'x': For route 'x.apps.example.org:80': Routes with protocol 'http' do not support ports."
    );
    world.set_flag(FeatureFlag::RouteCreation, false).await;
    assert_eq!(
        world.failure(&with("x.apps.example.org")).await,
        "330002 CF-FeatureDisabled: Feature Disabled: route_creation"
    );
}

async fn a_route_of_another_space_is_refused(api: TestApi) {
    let world = World::new(&api).await.with_domain().await;
    world.applied("applications:\n- name: x\n  default-route: true\n").await;
    let space = a_space().create(&api).await;
    api.give(RoleKind::SpaceDeveloper, "dev", &space).await;
    let other = World { api: &api, space };
    let failure = other.failure("applications:\n- name: x\n  default-route: true\n").await;
    assert_eq!(
        failure,
        "10008 CF-UnprocessableEntity: For application 'x': Routes cannot be mapped to destinations in different spaces"
    );
}

async fn no_route_is_made_if_one_of_them_cannot_be(api: TestApi) {
    let world = World::new(&api).await.with_domain().await;
    world.failure("applications:\n- name: x\n  routes:\n  - route: one.apps.example.org\n  - route: two.nowhere.example\n").await;
    assert!(world.urls("x").await.is_empty());
    assert!(!api.recorded().await.iter().any(|kind| kind == "audit.route.create"));
}

api_tests![
    listed_routes_are_made_and_mapped_and_win_over_the_default,
    a_route_is_shared_by_the_apps_of_a_space,
    no_route_wins_over_routes,
    a_random_route_is_drawn_once,
    the_default_route_needs_a_domain_and_a_name_that_is_a_host,
    routes_that_cannot_be_fail_the_job,
    a_route_of_another_space_is_refused,
    no_route_is_made_if_one_of_them_cannot_be
];
