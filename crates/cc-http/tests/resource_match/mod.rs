//! `/v3/resource_matches`: `resource_matches_create`. What is found is in the tests of uploads.

use crate::api_tests;
use crate::harness::{BitsWorld, TestApi};
use cc_domain::feature_flag::FeatureFlag;
use serde_json::{Value, json};

fn file(path: &str) -> Value {
    json!({ "checksum": { "value": "a".repeat(40) }, "size_in_bytes": 70_000, "path": path, "mode": "644", "other": 1 })
}

async fn what_is_not_known_is_not_listed(api: TestApi) {
    BitsWorld::new(&api).await;
    let answer = api.post("dev", "/v3/resource_matches", json!({ "resources": [file("a")], "x": 1 })).await;
    assert_eq!((answer.status, answer.body), (201, json!({ "resources": [] })));
}

async fn everything_wrong_with_the_files_is_said_at_once_and_each_once(api: TestApi) {
    let refused = async |body: Value| api.post("ann", "/v3/resource_matches", body).await.refusal();
    let prefix = "422 10008 CF-UnprocessableEntity: Resources";
    assert_eq!(
        refused(json!({})).await,
        format!("{prefix} must be an array, Resources must have at least 1 resource")
    );
    assert_eq!(refused(json!({ "resources": [] })).await, format!("{prefix} must have at least 1 resource"));
    let many: Vec<_> = (0..5_001).map(|_| file(&"long/".repeat(60))).collect();
    assert_eq!(
        refused(json!({ "resources": many })).await,
        format!("{prefix} array can have at most 5000 resources")
    );
    let bad = json!([
        { "checksum": "x", "size_in_bytes": "1", "mode": 1 },
        { "checksum": { "value": 1 }, "size_in_bytes": -1, "mode": "x" },
        { "checksum": { "value": "short" }, "size_in_bytes": 1.5 },
        { "checksum": "x", "size_in_bytes": 1 },
    ]);
    let one = "array contains at least one resource with";
    let said: Vec<_> = [
        "a non-object checksum",
        "a non-integer size_in_bytes",
        "a non-string mode",
        "a non-string checksum value",
        "a negative size_in_bytes",
        "an incorrect mode",
        "a non-SHA1 checksum value",
    ]
    .iter()
    .map(|text| format!("Resources {one} {text}"))
    .collect();
    assert_eq!(
        refused(json!({ "resources": bad })).await,
        format!("422 10008 CF-UnprocessableEntity: {}", said.join(", "))
    );
}

async fn flags_decide_who_asks_and_whether_anything_is_found(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    world.set_flag(FeatureFlag::AppBitsUpload, false).await;
    let body = json!({ "resources": [file("a")] });
    assert_eq!(
        api.post("dev", "/v3/resource_matches", json!({})).await.refusal(),
        "403 330002 CF-FeatureDisabled: Feature Disabled: app_bits_upload"
    );
    assert_eq!(api.post("admin", "/v3/resource_matches", body.clone()).await.status, 201);
    world.set_flag(FeatureFlag::AppBitsUpload, true).await;
    world.set_flag(FeatureFlag::ResourceMatching, false).await;
    assert_eq!(api.post("dev", "/v3/resource_matches", body).await.body, json!({ "resources": [] }));
}

api_tests![
    what_is_not_known_is_not_listed,
    everything_wrong_with_the_files_is_said_at_once_and_each_once,
    flags_decide_who_asks_and_whether_anything_is_found
];
