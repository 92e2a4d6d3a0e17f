//! `/v3/feature_flags`: `feature_flags_list`, `feature_flag_get`, `feature_flag_update`

use crate::api_tests;
use crate::harness::TestApi;
use serde_json::json;

const FLAGS: &str = "/v3/feature_flags";
const PREFIX: &str = "422 10008 CF-UnprocessableEntity:";
const FORBIDDEN: &str = "403 10003 CF-NotAuthorized: You are not authorized to perform the requested action";

async fn every_flag_has_its_default(api: TestApi) {
    let all = api.get("ann", FLAGS).await;
    assert_eq!(all.at("/pagination/total_results"), 19);
    let names = all.each("name");
    assert!(names.is_sorted());
    insta::assert_snapshot!(
        "sharing",
        api.get("ann", "/v3/feature_flags/service_instance_sharing").await.redacted()
    );
    assert_eq!(api.get("ann", "/v3/feature_flags/route_creation").await.at("/enabled"), true);
    assert_eq!(
        api.get("ann", "/v3/feature_flags/x").await.refusal(),
        "404 10010 CF-ResourceNotFound: Feature flag not found"
    );
    assert_eq!(api.get("", "/v3/feature_flags").await.status, 401);
}

async fn flags_are_paged_by_name_alone(api: TestApi) {
    let page = api.get("ann", "/v3/feature_flags?order_by=-name&per_page=2&page=2").await;
    assert_eq!(page.each("name"), ["task_creation", "space_scoped_private_broker_creation"]);
    assert_eq!(page.at("/pagination/total_pages"), 10);
    assert_eq!(
        api.get("ann", &format!("{FLAGS}?order_by=created_at")).await.refusal(),
        "400 10005 CF-BadQueryParameter: The query parameter is invalid: Order by can only be: 'name'"
    );
    assert_eq!(
        api.get("ann", "/v3/feature_flags?created_ats=2020-01-01T00:00:00Z").await.refusal(),
        "400 10005 CF-BadQueryParameter: The query parameter is invalid: Filtering by 'created_ats' is not allowed on this resource."
    );
    let set = api.get("ann", "/v3/feature_flags?updated_ats[gt]=2020-01-01T00:00:00Z").await;
    assert!(set.each("name").is_empty());
}

async fn an_admin_sets_a_flag_and_its_words(api: TestApi) {
    let path = format!("{FLAGS}/route_creation");
    let off = json!({ "enabled": false, "custom_error_message": "ask us" });
    let set = api.patch("admin", &path, off).await;
    assert_eq!(
        (set.status, set.at("/enabled"), set.text("/custom_error_message")),
        (200, &json!(false), "ask us")
    );
    assert_eq!(api.get("ann", &path).await.text("/custom_error_message"), "ask us");
    // What is not said stays.
    assert_eq!(
        api.patch("admin", &path, json!({ "enabled": true })).await.text("/custom_error_message"),
        "ask us"
    );
    let events = api.get("admin", "/v3/audit_events?types=audit.feature_flag.update").await;
    assert_eq!(events.at("/pagination/total_results"), 0);
    for who in ["ann", "admin_read_only", "global_auditor"] {
        assert_eq!(api.patch(who, &path, json!({ "enabled": false })).await.refusal(), FORBIDDEN, "{who}");
    }
    assert_eq!(api.get("ann", &path).await.at("/enabled"), true);
}

async fn a_flag_is_a_boolean_with_a_short_text(api: TestApi) {
    let refusal = async |name: &str, body: serde_json::Value| {
        api.patch("admin", &format!("{FLAGS}/{name}"), body).await.refusal()
    };
    assert_eq!(refusal("x", json!({})).await, "404 10010 CF-ResourceNotFound: Feature flag not found");
    for enabled in [json!(null), json!("true"), json!(1)] {
        assert_eq!(
            refusal("route_creation", json!({ "enabled": enabled })).await,
            format!("{PREFIX} Enabled must be a boolean")
        );
    }
    let long = json!({ "custom_error_message": "x".repeat(251) });
    assert_eq!(
        refusal("route_creation", long).await,
        format!("{PREFIX} Custom error message is too long (maximum is 250 characters)")
    );
    assert_eq!(
        refusal("route_creation", json!({ "name": "x" })).await,
        format!("{PREFIX} Unknown field(s): 'name'")
    );
}

api_tests![
    every_flag_has_its_default,
    flags_are_paged_by_name_alone,
    an_admin_sets_a_flag_and_its_words,
    a_flag_is_a_boolean_with_a_short_text
];
