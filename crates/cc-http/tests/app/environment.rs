//! `app_environment_variables_get`, `app_environment_variables_update`, `app_env_get`

use super::{FORBIDDEN, NOT_FOUND, PREFIX, SUSPENDED};
use crate::api_tests;
use crate::harness::{BitsWorld, TestApi};
use cc_domain::app::EnvironmentVariables;
use cc_domain::environment_variable_group::{EnvironmentVariableGroup, EnvironmentVariableGroupName};
use serde_json::{Value, json};

const VARIABLES: &str = "/environment_variables";

fn disabled(flag: &str) -> String {
    format!("403 330002 CF-FeatureDisabled: Feature Disabled: {flag}")
}

async fn variables_are_set_kept_and_removed(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let path = world.of_app(VARIABLES);
    let events = api.recorded().await.len();
    assert_eq!(api.get("dev", &path).await.at("/var"), &json!({}));
    let body = json!({ "var": { "B": "1", "A": "2", "GONE": "x" } });
    assert_eq!(api.patch("dev", &path, body).await.at("/var"), &json!({ "A": "2", "B": "1", "GONE": "x" }));
    let changed = api.patch("dev", &path, json!({ "var": { "A": "3", "GONE": null, "NEVER": null } })).await;
    insta::assert_snapshot!("variables", changed.redacted());
    assert_eq!(api.get("dev", &path).await.body, changed.body);
    assert_eq!(
        api.recorded().await[events..],
        [
            "audit.app.environment_variables.show",
            "audit.app.update",
            "audit.app.update",
            "audit.app.environment_variables.show",
        ]
    );
    let event =
        api.get("dev", &format!("/v3/audit_events?types=audit.app.update&target_guids={}", world.app)).await;
    assert_eq!(
        event.at("/resources/0/data"),
        &json!({ "request": { "environment_variables": "[PRIVATE DATA HIDDEN]" } })
    );
    assert!(api.logs.texts().last().unwrap().starts_with("Updated app with guid <app>"));
}

async fn what_cannot_be_a_variable_is_refused(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let cases = [
        (json!({}), "Var must be an object"),
        (json!({ "var": null }), "Var must be an object"),
        (json!({ "var": 1 }), "Var must be an object"),
        (json!({ "var": {}, "x": 1 }), "Unknown field(s): 'x'"),
        (json!({ "var": { "A": 1 } }), "Non-string value in environment variable for key 'A', value '1'"),
        (
            json!({ "var": { "A": { "b": true } } }),
            "Non-string value in environment variable for key 'A', value '{\"b\":true}'",
        ),
        (json!({ "var": { "VCAP_A": "x" } }), "Var cannot start with VCAP_"),
        (json!({ "var": { "vmc_a": "x" } }), "Var cannot start with VMC_"),
        (json!({ "var": { "port": "x" } }), "Var cannot set PORT"),
    ];
    for (body, text) in cases {
        assert_eq!(
            api.patch("dev", &world.of_app(VARIABLES), body.clone()).await.refusal(),
            format!("{PREFIX} {text}"),
            "{body}"
        );
    }
    assert_eq!(
        api.patch("aud", &world.of_app(VARIABLES), json!({})).await.refusal(),
        FORBIDDEN,
        "who may comes first"
    );
    assert_eq!(api.patch("stranger", &world.of_app(VARIABLES), json!({})).await.refusal(), NOT_FOUND);
}

async fn developers_and_supporters_have_variables(api: TestApi) {
    let world = BitsWorld::new(&api).await.with_everyone().await;
    let path = world.of_app(VARIABLES);
    let body = json!({ "var": { "A": "b" } });
    for who in ["dev", "sup", "admin"] {
        assert_eq!(api.patch(who, &path, body.clone()).await.status, 200, "{who}");
    }
    for who in ["dev", "sup", "admin", "admin_read_only"] {
        assert_eq!(api.get(who, &path).await.at("/var"), &json!({ "A": "b" }), "{who}");
    }
    for who in ["aud", "man", "om", "global_auditor"] {
        assert_eq!(api.get(who, &path).await.refusal(), FORBIDDEN, "{who}");
        assert_eq!(api.patch(who, &path, body.clone()).await.refusal(), FORBIDDEN, "{who}");
    }
    for who in ["bil", "stranger"] {
        assert_eq!(api.get(who, &path).await.refusal(), NOT_FOUND, "{who}");
    }
    world.suspend_space().await;
    assert_eq!(api.patch("dev", &path, body).await.refusal(), SUSPENDED);
    assert_eq!(api.get("dev", &path).await.status, 200);
}

async fn flags_hide_variables(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    for rest in [VARIABLES, "/env"] {
        let path = world.of_app(rest);
        api.set_flag("space_developer_env_var_visibility", false).await;
        assert_eq!(api.get("dev", &path).await.refusal(), disabled("space_developer_env_var_visibility"));
        assert_eq!(api.get("aud", &path).await.refusal(), FORBIDDEN);
        assert_eq!(api.get("admin", &path).await.status, 200);
        assert_eq!(api.get("admin_read_only", &path).await.status, 200);
        api.set_flag("env_var_visibility", false).await;
        for who in ["dev", "aud", "stranger", "admin"] {
            assert_eq!(api.get(who, &path).await.refusal(), disabled("env_var_visibility"), "{who}");
        }
        api.set_flag("env_var_visibility", true).await;
        api.set_flag("space_developer_env_var_visibility", true).await;
    }
}

async fn the_environment_is_shown_whole_to_those_who_see_secrets(api: TestApi) {
    let world = BitsWorld::new(&api).await.with_everyone().await;
    api.patch("dev", &world.of_app(VARIABLES), json!({ "var": { "A": "b" } })).await;
    let groups = [(EnvironmentVariableGroupName::Staging, "S"), (EnvironmentVariableGroupName::Running, "R")];
    let mut tx = api.store().begin().await.unwrap();
    for (name, value) in groups {
        let variables = EnvironmentVariables::new([("G".to_owned(), value.to_owned())].into());
        let group = EnvironmentVariableGroup { variables, updated_at: None };
        tx.save_environment_variable_group(name, &group).await.unwrap();
    }
    tx.commit().await.unwrap();
    let shown = api.get("dev", &world.of_app("/env")).await;
    insta::assert_snapshot!("env", shown.redacted());
    assert_eq!(api.recorded().await.last().map(String::as_str), Some("audit.app.environment.show"));
    for who in ["admin", "admin_read_only"] {
        assert_eq!(api.get(who, &world.of_app("/env")).await.body, shown.body, "{who}");
    }
    let hidden = api.get("sup", &world.of_app("/env")).await;
    assert_eq!(hidden.at("/system_env_json"), &json!({ "redacted_message": "[PRIVATE DATA HIDDEN]" }));
    assert_eq!(hidden.at("/application_env_json"), shown.at("/application_env_json"));
    for who in ["aud", "man", "om", "global_auditor"] {
        assert_eq!(api.get(who, &world.of_app("/env")).await.refusal(), FORBIDDEN, "{who}");
    }
    for who in ["bil", "stranger"] {
        assert_eq!(api.get(who, &world.of_app("/env")).await.refusal(), NOT_FOUND, "{who}");
    }
    assert_eq!(api.get("dev", "/v3/apps/no/env").await.refusal(), NOT_FOUND);
}

async fn an_app_that_never_had_variables_has_null(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    assert_eq!(api.get("dev", &world.of_app("/env")).await.at("/environment_variables"), &Value::Null);
}

async fn a_variable_that_no_process_can_be_given_is_refused(api: TestApi) {
    let space = crate::harness::a_space().create(&api).await;
    let big = "x".repeat(200_000);
    let app = |variables: serde_json::Value| {
        json!({
            "name": "a",
            "environment_variables": variables,
            "relationships": { "space": { "data": { "guid": space.guid.as_str() } } },
        })
    };
    let refusal = |label: &str| {
        format!(
            "422 10008 CF-UnprocessableEntity: {label} value for key 'BIG' is too long (maximum is 131070 bytes with its key)"
        )
    };
    let refused = api.post("admin", "/v3/apps", app(json!({ "BIG": big }))).await;
    assert_eq!(refused.refusal(), refusal("Environment variables"));
    let made = api.post("admin", "/v3/apps", app(json!({ "BIG": "x".repeat(131_067) }))).await;
    assert_eq!(made.status, 201, "{made:?}");
    let path = format!("/v3/apps/{}/environment_variables", made.guid());
    assert_eq!(api.patch("admin", &path, json!({ "var": { "BIG": big } })).await.refusal(), refusal("Var"));
    for name in ["A", "B", "C", "D", "E", "F", "G"] {
        let more = json!({ "var": { name: "x".repeat(131_000) } });
        assert_eq!(api.patch("admin", &path, more).await.status, 200, "{name}");
    }
    assert_eq!(
        api.patch("admin", &path, json!({ "var": { "H": "x".repeat(131_000) } })).await.refusal(),
        "422 10008 CF-UnprocessableEntity: Environment variables are too large. Specify fewer variables or reduce key/value lengths."
    );
}

api_tests![
    variables_are_set_kept_and_removed,
    what_cannot_be_a_variable_is_refused,
    developers_and_supporters_have_variables,
    flags_hide_variables,
    the_environment_is_shown_whole_to_those_who_see_secrets,
    an_app_that_never_had_variables_has_null,
    a_variable_that_no_process_can_be_given_is_refused
];
