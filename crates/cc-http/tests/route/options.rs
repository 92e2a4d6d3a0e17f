//! The options of routes: what `route_create` and `route_update` take.

use super::{World, refused};
use crate::api_tests;
use crate::harness::TestApi;
use serde_json::{Value, json};

async fn what_is_no_option_is_refused(api: TestApi) {
    let world = World::new(&api).await;
    let path = world.route("www").await;
    let refusal =
        async |options: Value| api.patch("dev", &path, json!({ "options": options })).await.refusal();
    for (options, text) in [
        (json!(null), "Options 'options' is not a valid object"),
        (json!([]), "Options 'options' is not a valid object"),
        (json!({ "x": 1 }), "Options Unknown field(s): 'x'"),
        (
            json!({ "loadbalancing": "hash" }),
            "Options Loadbalancing must be one of 'round-robin, least-connection' if present",
        ),
        (
            json!({ "loadbalancing": 1 }),
            "Options Loadbalancing must be one of 'round-robin, least-connection' if present",
        ),
        (
            json!({ "hash_header": "x", "hash_balance": 1 }),
            "Options Unknown field(s): 'hash_header', 'hash_balance'",
        ),
    ] {
        assert_eq!(refusal(options).await, refused(text));
    }
    let long = refusal(json!({ "loadbalancing": "x".repeat(1_024) })).await;
    assert!(long.contains("Options must be smaller than 1024 bytes (actual size is 1044 bytes)"), "{long}");
}

async fn hash_routing_stands_behind_its_flag(api: TestApi) {
    let world = World::new(&api).await;
    let path = world.route("www").await;
    api.set_flag("hash_based_routing", true).await;
    let patch = async |options: Value| api.patch("dev", &path, json!({ "options": options })).await;
    for (options, text) in [
        (
            json!({ "loadbalancing": "x" }),
            "Options Loadbalancing must be one of 'round-robin, least-connection, hash' if present",
        ),
        (
            json!({ "loadbalancing": "hash" }),
            "Hash header must be present when loadbalancing is set to hash.",
        ),
        (
            json!({ "loadbalancing": "round-robin", "hash_header": "x", "hash_balance": 2 }),
            "Options Hash header can only be set when loadbalancing is hash, \
             Options Hash balance can only be set when loadbalancing is hash",
        ),
        (json!({ "hash_balance": "much" }), "Options Hash balance must be a numeric value"),
        (json!({ "hash_balance": 1 }), "Options Hash balance must be either 0 or between 1.1 and 10.0"),
        (json!({ "hash_header": "x".repeat(129) }), "Options Hash header must be at most 128 characters"),
        (json!({ "hash_balance": "1".repeat(17) }), "Options Hash balance must be at most 16 characters"),
    ] {
        assert_eq!(patch(options).await.refusal(), refused(text));
    }
    let set = patch(json!({ "loadbalancing": "hash", "hash_header": "X-User", "hash_balance": 1.25 })).await;
    assert_eq!(
        set.at("/options"),
        &json!({ "loadbalancing": "hash", "hash_header": "X-User", "hash_balance": "1.3" })
    );
    assert_eq!(patch(json!({ "hash_balance": null })).await.at("/options/hash_balance"), &Value::Null);
    assert_eq!(
        patch(json!({ "loadbalancing": "round-robin" })).await.at("/options"),
        &json!({ "loadbalancing": "round-robin" })
    );
}

api_tests![what_is_no_option_is_refused, hash_routing_stands_behind_its_flag];
