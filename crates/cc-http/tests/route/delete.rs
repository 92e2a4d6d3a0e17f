//! `route_delete`, `space_unmapped_routes_delete`

use super::{FORBIDDEN, NOT_FOUND, World, refused};
use crate::api_tests;
use crate::harness::TestApi;
use cc_domain::traffic::TrafficChange;

async fn a_route_goes_with_its_destinations(api: TestApi) {
    let world = World::new(&api).await;
    let (path, app) = (world.route("www").await, world.app("x").await);
    world.map(&path, &app).await;
    api.run_jobs().await;
    assert!(
        matches!(api.traffic.told().as_slice(), [TrafficChange::Put(route)] if route.host == "www.all.io")
    );
    assert_eq!(api.delete("ann", &path).await.refusal(), FORBIDDEN);
    assert_eq!(api.delete("nobody", &path).await.refusal(), NOT_FOUND);
    insta::assert_snapshot!("deleted", api.delete_now("sue", &path).await.redacted());
    assert!(matches!(api.traffic.told().as_slice(), [TrafficChange::Remove(_)]));
    assert_eq!(api.get("dev", &path).await.refusal(), NOT_FOUND);
    assert_eq!(api.recorded().await.last().unwrap(), "audit.route.delete-request");
}

async fn routes_that_lead_nowhere_are_swept(api: TestApi) {
    let world = World::new(&api).await;
    let (path, app) = (world.route("www").await, world.app("x").await);
    world.route("old").await;
    world.map(&path, &app).await;
    let all = format!("/v3/spaces/{}/routes", world.space.guid);
    let sweep = format!("{all}?unmapped=true");
    assert_eq!(api.delete("ann", &sweep).await.refusal(), FORBIDDEN);
    assert_eq!(
        api.delete("nobody", &sweep).await.refusal(),
        "404 10010 CF-ResourceNotFound: Space not found"
    );
    assert_eq!(api.delete_now("sue", &sweep).await.text("/operation"), "space.delete_unmapped_routes");
    assert_eq!(api.get("dev", "/v3/routes").await.each("host"), ["www"]);
    for (query, text) in [
        (
            "",
            "Unmapped can't be blank, Mass delete not supported for routes. Use 'unmapped=true' parameter to delete all unmapped \
             routes., Unmapped must be a boolean",
        ),
        ("?unmapped=", "Unmapped can't be blank, Unmapped must be a boolean"),
        (
            "?unmapped=false",
            "Mass delete not supported for mapped routes. Use 'unmapped=true' parameter to delete all unmapped routes.",
        ),
        ("?unmapped=1", "Unmapped must be a boolean"),
        ("?unmapped=true&x=1", "Unknown field(s): 'x'"),
    ] {
        assert_eq!(api.delete("nobody", &format!("{all}{query}")).await.refusal(), refused(text));
    }
}

api_tests![a_route_goes_with_its_destinations, routes_that_lead_nowhere_are_swept];
