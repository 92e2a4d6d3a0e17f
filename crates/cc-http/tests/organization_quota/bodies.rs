//! What is wrong with bodies, in the reference's words and order.

use super::{PATH, PREFIX};
use crate::api_tests;
use crate::harness::TestApi;
use serde_json::{Value, json};

async fn refused(api: &TestApi, body: Value, text: &str) {
    assert_eq!(api.post("admin", PATH, body.clone()).await.refusal(), format!("{PREFIX} {text}"), "{body}");
}

async fn bodies_are_refused_with_everything_wrong_at_once(api: TestApi) {
    let short = "Name is too short (minimum is 1 character)";
    for (name, text) in [
        (json!(""), format!("{short}, Name can't be blank")),
        (json!(" "), "Name can't be blank".to_owned()),
        (json!(null), format!("Name must be a string, {short}, Name can't be blank")),
        (json!(1), "Name must be a string".to_owned()),
        (json!({}), format!("Name must be a string, {short}, Name can't be blank")),
        (json!("x".repeat(251)), "Name is too long (maximum is 250 characters)".to_owned()),
    ] {
        refused(&api, json!({ "name": name }), &text).await;
    }
    refused(&api, json!({}), "Name can't be blank").await;
    refused(&api, json!({ "name": "q", "metadata": {} }), "Unknown field(s): 'metadata'").await;
    let all = json!({
        "name": "",
        "apps": { "total_memory_in_mb": -1, "total_instances": "x", "nope": 1 },
        "services": { "paid_services_allowed": 5, "total_service_keys": -1 },
        "routes": [],
        "domains": { "total_domains": -3 },
        "nope": 1,
        "relationships": { "organizations": 1 },
    });
    refused(
        &api,
        all,
        "Unknown field(s): 'nope', Name is too short (minimum is 1 character), Apps Unknown field(s): 'nope', Apps Total memory in mb must \
         be greater than or equal to 0, Apps Total instances is not a number, Services Total service keys must be greater than or equal \
         to 0, Services Paid services allowed must be a boolean, Routes must be an object, Domains Total domains must be greater than or \
         equal to 0, Relationships Organizations must be structured like this: \"organizations: {\"data\": [{\"guid\": \
         \"valid-guid\"},{\"guid\": \"valid-guid\"}]}\", Name can't be blank",
    )
    .await;
    for (relationships, text) in [
        (json!(null), "Relationships 'relationships' is not an object"),
        (json!({}), "Relationships 'relationships' must include one or more valid relationships"),
        (
            json!({ "organizations": { "data": [{ "guid": "" }] } }),
            "Relationships Organization guids must be between 1 and 200 characters",
        ),
        (
            json!({ "organizations": { "data": [{ "guid": "none" }] } }),
            "Organizations with guids [\"none\"] do not exist, or you do not have access to them.",
        ),
    ] {
        refused(&api, json!({ "name": "q", "relationships": relationships }), text).await;
    }
    assert!(api.recorded().await.is_empty());
}

async fn limits_are_whole_numbers_within_bounds(api: TestApi) {
    let max = "must be less than or equal to 2147483647";
    for (section, name, label) in [
        ("apps", "total_memory_in_mb", "Apps Total memory in mb"),
        ("apps", "per_process_memory_in_mb", "Apps Per process memory in mb"),
        ("apps", "total_instances", "Apps Total instances"),
        ("apps", "per_app_tasks", "Apps Per app tasks"),
        ("services", "total_service_instances", "Services Total service instances"),
        ("services", "total_service_keys", "Services Total service keys"),
        ("routes", "total_routes", "Routes Total routes"),
        ("routes", "total_reserved_ports", "Routes Total reserved ports"),
        ("domains", "total_domains", "Domains Total domains"),
    ] {
        for (value, text) in [
            (json!(-1), "must be greater than or equal to 0"),
            (json!(2_147_483_648_i64), max),
            (json!(1e20), max),
            (json!("x"), "is not a number"),
            (json!(true), "is not a number"),
            (json!([]), "is not a number"),
            (json!(1.5), "must be an integer"),
            (json!("1e3"), "must be an integer"),
        ] {
            refused(&api, json!({ "name": "q", section: { name: value } }), &format!("{label} {text}")).await;
        }
        for bad in [json!(null), json!([]), json!("x")] {
            let label = label.split(' ').next().unwrap();
            refused(&api, json!({ "name": "q", section: bad }), &format!("{label} must be an object")).await;
        }
    }
    let rate = |rate: Value| json!({ "name": "q", "apps": { "log_rate_limit_in_bytes_per_second": rate } });
    let past = "Apps Log rate limit in bytes per second must be less than or equal to 9223372036854775807";
    refused(&api, rate(json!(9_223_372_036_854_775_808_u64)), past).await;
    let most = api.post("admin", PATH, rate(json!(i64::MAX))).await;
    assert_eq!(most.at("/apps/log_rate_limit_in_bytes_per_second"), &json!(i64::MAX));
    let text = api.post("admin", PATH, json!({ "name": "text", "apps": { "total_instances": "5" } })).await;
    assert_eq!(text.at("/apps/total_instances"), &json!(5));
}

async fn paid_services_are_allowed_or_not(api: TestApi) {
    let body =
        |name: &str, paid: Value| json!({ "name": name, "services": { "paid_services_allowed": paid } });
    refused(&api, body("q", json!("true")), "Services Paid services allowed must be a boolean").await;
    refused(&api, body("q", json!([])), "non_basic_services_allowed presence").await;
    for (name, paid, shown) in
        [("a", json!(null), true), ("b", json!(false), false), ("c", json!([false]), true)]
    {
        let made = api.post("admin", PATH, body(name, paid)).await;
        assert_eq!(made.at("/services/paid_services_allowed"), &json!(shown), "{name}");
    }
}

async fn targets_are_a_list_of_guids(api: TestApi) {
    let path = format!("{PATH}/default-quota/relationships/organizations");
    let blank = "Data can't be blank";
    for (body, text) in [
        (json!({}), format!("{blank}, Data must be an array")),
        (json!({ "data": [] }), blank.to_owned()),
        (json!({ "data": "x" }), "Data must be an array".to_owned()),
        (json!({ "nope": 1 }), format!("Unknown field(s): 'nope', {blank}, Data must be an array")),
        (
            json!({ "data": [{ "guid": null }, { "guid": "x" }, {}] }),
            "Invalid data type: Data[0] guid should be a string., Invalid data type: Data[2] guid should be a string.".to_owned(),
        ),
    ] {
        assert_eq!(api.post("admin", &path, body.clone()).await.refusal(), format!("{PREFIX} {text}"), "{body}");
    }
}

api_tests![
    bodies_are_refused_with_everything_wrong_at_once,
    limits_are_whole_numbers_within_bounds,
    paid_services_are_allowed_or_not,
    targets_are_a_list_of_guids,
];
