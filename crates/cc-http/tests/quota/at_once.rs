//! Requests at the same moment, each on a connection of its own, together stay within the limits.

use super::{Bounded, ORGANIZATIONS, apps};
use crate::api_tests;
use crate::harness::TestApi;
use futures_util::future::join_all;
use serde_json::json;

/// More than any limit below lets in.
const CROWD: usize = 8;

async fn apps_that_start_at_once_stay_within_the_memory_of_their_organization(api: TestApi) {
    let mut bounded = Bounded::new(&api).await;
    let mut waiting = Vec::new();
    for number in 0..CROWD {
        bounded.world.app = bounded.world.new_app(&format!("app-{number}"), json!({})).await;
        bounded.world.assign_droplet().await;
        waiting.push(bounded.world.app.clone());
    }
    bounded.limit(ORGANIZATIONS, apps("total_memory_in_mb", json!(4 * 1_024))).await;
    let paths = waiting.iter().map(|app| format!("/v3/apps/{app}/actions/start"));
    let starts = paths.map(|path| async {
        let path = path;
        api.post("dev", &path, json!({})).await.status
    });
    let mut statuses = join_all(starts).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 200, 422, 422, 422, 422, 422], "one runs already");
    let summary = format!("/v3/organizations/{}/usage_summary", bounded.world.space.organization);
    assert_eq!(api.get("admin", &summary).await.at("/usage_summary/memory_in_mb"), &json!(4 * 1_024));
}

async fn processes_that_grow_at_once_stay_within_the_instances_of_their_space(api: TestApi) {
    let mut bounded = Bounded::new(&api).await;
    let mut running = Vec::new();
    for number in 0..CROWD {
        bounded.world.app = bounded.world.new_app(&format!("app-{number}"), json!({})).await;
        bounded.world.assign_droplet().await;
        assert_eq!(bounded.act("start").await.status, 200);
        running.push(bounded.world.app.clone());
    }
    bounded.limit(&bounded.quota, apps("total_instances", json!(CROWD + 3))).await;
    let paths = running.iter().map(|app| format!("/v3/processes/{app}/actions/scale"));
    let scaled = paths.map(|path| async {
        let path = path;
        api.post("dev", &path, json!({ "instances": 2 })).await.status
    });
    let statuses = join_all(scaled).await;
    assert_eq!(statuses.iter().filter(|status| **status == 202).count(), 2, "{statuses:?}");
    let summary = format!("/v3/spaces/{}/usage_summary", bounded.world.space.guid);
    assert_eq!(api.get("dev", &summary).await.at("/usage_summary/started_instances"), &json!(CROWD + 3));
}

async fn routes_that_are_made_at_once_stay_within_their_number(api: TestApi) {
    let bounded = Bounded::new(&api).await;
    let to = |guid: &str| json!({ "data": { "guid": guid } });
    let owner = json!({ "organization": to(bounded.world.space.organization.as_str()) });
    let domain =
        api.post("admin", "/v3/domains", json!({ "name": "at.example.org", "relationships": owner })).await;
    bounded.limit(&bounded.quota, json!({ "routes": { "total_routes": 3 } })).await;
    let relationships =
        json!({ "space": to(bounded.world.space.guid.as_str()), "domain": to(domain.guid()) });
    let made = (0..CROWD).map(|number| {
        let body = json!({ "host": format!("h{number}"), "relationships": relationships });
        async { api.post("dev", "/v3/routes", body).await.status }
    });
    let statuses = join_all(made).await;
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 3, "{statuses:?}");
}

async fn domains_that_are_made_at_once_stay_within_their_number(api: TestApi) {
    let bounded = Bounded::new(&api).await;
    bounded.limit(ORGANIZATIONS, json!({ "domains": { "total_domains": 2 } })).await;
    let owner = json!({ "organization": { "data": { "guid": bounded.world.space.organization.as_str() } } });
    let made = (0..CROWD).map(|number| {
        let body = json!({ "name": format!("d{number}.example.org"), "relationships": owner });
        async { api.post("admin", "/v3/domains", body).await.status }
    });
    let statuses = join_all(made).await;
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 2, "{statuses:?}");
}

api_tests![
    apps_that_start_at_once_stay_within_the_memory_of_their_organization,
    processes_that_grow_at_once_stay_within_the_instances_of_their_space,
    routes_that_are_made_at_once_stay_within_their_number,
    domains_that_are_made_at_once_stay_within_their_number,
];
