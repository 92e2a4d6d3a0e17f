//! `/v3/environment_variable_groups`: `environment_variable_group_get`, `environment_variable_group_update`

use crate::api_tests;
use crate::harness::TestApi;
use futures_util::future::join_all;
use serde_json::{Value, json};

const RUNNING: &str = "/v3/environment_variable_groups/running";
const STAGING: &str = "/v3/environment_variable_groups/staging";
const FORBIDDEN: &str = "403 10003 CF-NotAuthorized: You are not authorized to perform the requested action";

fn var(var: Value) -> Value {
    json!({ "var": var })
}

async fn variables_are_merged_and_everyone_reads_them(api: TestApi) {
    assert!(api.get("nobody", RUNNING).await.at("/updated_at").is_null(), "nobody has changed it");
    let set = api.patch("admin", RUNNING, var(json!({ "B": "1", "a": "", "C": "2" }))).await;
    assert_eq!(set.at("/var"), &json!({ "B": "1", "a": "", "C": "2" }));
    api.clock.advance(5);
    let changed = api.patch("admin", RUNNING, var(json!({ "B": null, "C": "3", "x": null }))).await;
    insta::assert_snapshot!("changed", changed.redacted());
    assert_eq!(api.get("nobody", RUNNING).await.body, changed.body);
    assert_eq!(api.get("nobody", STAGING).await.at("/var"), &json!({}));
    assert_eq!(api.patch("admin", RUNNING, json!({})).await.at("/var"), changed.at("/var"));
    let gone = "404 10010 CF-ResourceNotFound: Environment variable group not found";
    assert_eq!(api.get("admin", "/v3/environment_variable_groups/x").await.refusal(), gone);
    assert_eq!(api.patch("admin", "/v3/environment_variable_groups/x", json!({})).await.refusal(), gone);
}

async fn what_is_no_variable_is_refused_before_who_asks(api: TestApi) {
    for (body, text) in [
        (var(json!(null)), "Var must be an object"),
        (json!({ "nope": 1 }), "Unknown field(s): 'nope', Var must be an object"),
        (
            var(json!({ "PORT": "1", "": "x", "vmcx": null })),
            "Var cannot set PORT, Var key must be a minimum length of 1, Var cannot start with VMC_",
        ),
        (var(json!({ "A": ["x"] })), "Non-string value in environment variable for key 'A', value '[\"x\"]'"),
    ] {
        let refusal = format!("422 10008 CF-UnprocessableEntity: {text}");
        for who in ["admin", "nobody"] {
            assert_eq!(api.patch(who, STAGING, body.clone()).await.refusal(), refusal, "{body}");
        }
    }
    assert_eq!(api.patch("nobody", STAGING, var(json!({ "A": "b" }))).await.refusal(), FORBIDDEN);
    assert_eq!(api.patch("admin_read_only", STAGING, json!({})).await.refusal(), FORBIDDEN);
    assert_eq!(api.get("admin", STAGING).await.at("/var"), &json!({}));
}

async fn changes_at_once_all_remain(api: TestApi) {
    let changes = (0..8).map(|number| {
        let body = var(json!({ format!("V{number}"): "x" }));
        async { api.patch("admin", RUNNING, body).await.status }
    });
    assert_eq!(join_all(changes).await, [200; 8]);
    let found = api.get("admin", RUNNING).await;
    assert_eq!(found.at("/var").as_object().unwrap().len(), 8, "{found:?}");
}

api_tests![
    variables_are_merged_and_everyone_reads_them,
    what_is_no_variable_is_refused_before_who_asks,
    changes_at_once_all_remain,
];
