//! Differences: `space_manifest_diff`

use super::World;
use crate::api_tests;
use crate::harness::TestApi;
use serde_json::json;

async fn an_app_that_does_not_exist_is_all_new(api: TestApi) {
    let world = World::new(&api).await;
    let answer = world.diff("applications:\n- name: x\n  instances: 2\n").await;
    assert_eq!(answer.status, 201);
    assert_eq!(
        answer.body,
        json!({ "diff": [
            { "op": "add", "path": "/applications/0/name", "value": "x" },
            { "op": "add", "path": "/applications/0/instances", "value": 2 },
        ] })
    );
    assert!(world.apps().await.is_empty());
}

async fn what_differs_is_shown_as_it_was_and_will_be(api: TestApi) {
    let world = World::new(&api).await.with_domain().await;
    world
        .applied("applications:\n- name: x\n  env: {A: b}\n  default-route: true\n  processes:\n  - {type: web, instances: 1, memory: 1G}\n")
        .await;
    let answer = world
        .diff("applications:\n- name: x\n  env: {A: c}\n  default-route: true\n  routes: [{route: x.apps.example.org}, {route: y.apps.example.org}]\n  processes:\n  - {type: web, instances: 4, memory: 1024M}\n")
        .await;
    assert_eq!(
        answer.body["diff"],
        json!([
            { "op": "replace", "path": "/applications/0/env/A", "was": "b", "value": "c" },
            { "op": "add", "path": "/applications/0/default-route", "value": true },
            { "op": "add", "path": "/applications/0/routes/1", "value": { "route": "y.apps.example.org" } },
            { "op": "replace", "path": "/applications/0/processes/0/instances", "was": 1, "value": 4 },
        ])
    );
}

async fn complaints_are_those_of_applying(api: TestApi) {
    let world = World::new(&api).await;
    let answer = world.diff("applications:\n- instances: x\n").await;
    assert_eq!(
        answer.refusal().lines().next().unwrap(),
        "422 10008 CF-UnprocessableEntity: For application at index 0: Name must not be empty"
    );
}

api_tests![
    an_app_that_does_not_exist_is_all_new,
    what_differs_is_shown_as_it_was_and_will_be,
    complaints_are_those_of_applying
];
