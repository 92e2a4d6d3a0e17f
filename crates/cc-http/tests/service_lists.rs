//! Lists of services: empty, and particular about what they are asked. `service_instances_list`, `service_credential_bindings_list`,
//! `service_route_bindings_list`, `service_plans_list`, `service_offerings_list`; and one of each, which there is not:
//! `service_instance_get`, `service_credential_binding_get`, `service_route_binding_get`, `service_plan_get`, `service_offering_get`

use crate::api_tests;
use crate::harness::TestApi;

const OFFERING: &str = "fields%5Bservice_plan.service_offering%5D=guid,name,tags";

fn missing(name: &str) -> String {
    format!("404 10010 CF-ResourceNotFound: {name} not found")
}

fn bad(text: &str) -> String {
    format!("400 10005 CF-BadQueryParameter: The query parameter is invalid: {text}")
}

async fn nothing_is_listed(api: TestApi) {
    for query in [
        "service_instances?names=a&type=managed&fields[space]=guid,relationships.organization&order_by=name"
            .to_owned(),
        format!("service_instances?{OFFERING}&label_selector=a"),
        "service_credential_bindings?type=app&app_guids=a&include=app,service_instance".to_owned(),
        "service_route_bindings?route_guids=a&include=route".to_owned(),
        "service_plans?available=true&include=space.organization&service_broker_names=a".to_owned(),
        "service_offerings?available=false&fields[service_broker]=guid,name".to_owned(),
    ] {
        let answer = api.get("ann", &format!("/v3/{query}")).await;
        assert_eq!(
            (answer.status, answer.at("/pagination/total_results").as_u64()),
            (200, Some(0)),
            "{query} {answer:?}"
        );
    }
    insta::assert_snapshot!(
        "page",
        api.get("ann", &format!("/v3/service_instances?{OFFERING}")).await.redacted()
    );
    assert_eq!(api.get("", "/v3/service_offerings").await.status, 200);
    assert_eq!(api.get("", "/v3/service_plans").await.status, 200);
    assert_eq!(api.get("", "/v3/service_instances").await.status, 401);
}

async fn none_is_found(api: TestApi) {
    for (path, name) in [
        ("service_instances", "Service instance"),
        ("service_credential_bindings", "Service credential binding"),
        ("service_route_bindings", "Service route binding"),
        ("service_plans", "Service plan"),
        ("service_offerings", "Service offering"),
    ] {
        assert_eq!(api.get("admin", &format!("/v3/{path}/x")).await.refusal(), missing(name));
    }
}

async fn what_is_no_parameter_is_refused(api: TestApi) {
    for (query, text) in [
        ("service_instances?type=x", "Type must be one of 'managed', 'user-provided'"),
        ("service_credential_bindings?type=x", "Type must be one of 'app', 'key'"),
        ("service_plans?available=1", "Available must be 'true' or 'false'"),
        ("service_plans?fields[x]=guid", "Fields [x] valid resources are: 'service_offering.service_broker'"),
        (
            "service_offerings?fields[service_broker]=url",
            "Fields valid keys for 'service_broker' are: 'guid', 'name'",
        ),
        ("service_instances?fields=guid", "Fields must be an object"),
    ] {
        assert_eq!(api.get("ann", &format!("/v3/{query}")).await.refusal(), bad(text));
    }
}

api_tests![nothing_is_listed, none_is_found, what_is_no_parameter_is_refused];
