//! `process_update`, `app_process_update`

use super::{FORBIDDEN, NO_APP, NOT_FOUND, PREFIX, SUSPENDED, both};
use crate::api_tests;
use crate::harness::{BitsWorld, TestApi};
use serde_json::{Value, json};

async fn command_user_checks_and_metadata_change(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let (events, lines) = (api.recorded().await.len(), api.logs.texts().len());
    let [path, nested] = both(&world.app, "");
    let body = json!({
        "command": "rackup",
        "user": "vcap",
        "health_check": {
            "type": "http",
            "data": { "timeout": 180, "invocation_timeout": 2, "interval": 3, "endpoint": "/health?x=1" },
        },
        "readiness_health_check": { "type": "http", "data": { "invocation_timeout": 4, "interval": 5, "endpoint": "/ready" } },
        "metadata": { "labels": { "a": "b" }, "annotations": { "c": "d" } },
    });
    let changed = api.patch("dev", &path, body).await;
    insta::assert_snapshot!("changed", changed.redacted());
    assert_eq!(api.get("dev", &path).await.body, changed.body);
    assert_eq!(api.recorded().await[events..], ["audit.app.process.update"]);
    assert_eq!(api.logs.texts()[lines..], ["Updating process: \"web\""]);
    let event = api
        .get("dev", &format!("/v3/audit_events?types=audit.app.process.update&target_guids={}", world.app))
        .await;
    assert_eq!(event.text("/resources/0/data/request/command"), "[PRIVATE DATA HIDDEN]");
    assert_eq!(event.text("/resources/0/data/process_type"), "web");
    let again =
        api.patch("dev", &nested, json!({ "command": null, "metadata": { "labels": { "a": null } } })).await;
    assert_eq!((again.at("/command"), again.at("/metadata/labels")), (&json!(""), &json!({})));
    assert_eq!(again.text("/health_check/data/endpoint"), "/health?x=1");
}

async fn a_null_command_is_what_staging_found(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    world.assign_droplet().await;
    let [path, _] = both(&world.app, "");
    assert_eq!(api.patch("dev", &path, json!({ "command": "mine" })).await.text("/command"), "mine");
    assert_eq!(api.patch("dev", &path, json!({ "command": null })).await.text("/command"), "run me");
}

async fn another_type_of_check_has_no_endpoint(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let [path, _] = both(&world.app, "");
    let check = |kind: &str, data: Value| json!({ "health_check": { "type": kind, "data": data } });
    api.patch("dev", &path, check("http", json!({ "endpoint": "/x", "timeout": 9 }))).await;
    let changed = api.patch("dev", &path, json!({ "health_check": { "type": "process" } })).await;
    assert_eq!(
        changed.at("/health_check"),
        &json!({ "type": "process", "data": { "timeout": 9, "invocation_timeout": null, "interval": null } })
    );
    let missing =
        format!("{PREFIX} health_check_http_endpoint HTTP health check endpoint is not a valid URI path: ");
    assert_eq!(
        api.patch("dev", &path, json!({ "health_check": { "type": "http" } })).await.refusal(),
        missing,
        "it is gone"
    );
}

async fn what_a_process_cannot_have_is_refused(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let [path, _] = both(&world.app, "");
    let check = |data: Value| json!({ "health_check": { "type": "http", "data": data } });
    let ready = |kind: &str, data: Value| json!({ "readiness_health_check": { "type": kind, "data": data } });
    let kinds = "must be \"port\", \"process\", or \"http\"";
    let cases = [
        (json!({ "x": 1 }), "Unknown field(s): 'x'".to_owned()),
        (json!({ "command": "" }), "Command must be between 1 and 4096 characters".to_owned()),
        (json!({ "command": "a".repeat(4_097) }), "Command must be between 1 and 4096 characters".to_owned()),
        (json!({ "command": 1 }), "Command must be a string".to_owned()),
        (json!({ "user": "" }), "User must be between 1 and 255 characters".to_owned()),
        (
            json!({ "user": "root" }),
            "user invalid (requested user 'root' not allowed, permitted users are: 'vcap')".to_owned(),
        ),
        (json!({ "health_check": 1 }), "Health check must be an object".to_owned()),
        (json!({ "health_check": { "type": "none" } }), format!("Health check type {kinds}")),
        (json!({ "health_check": { "type": "tcp" } }), format!("Health check type {kinds}")),
        (ready("tcp", json!({})), format!("Readiness health check type {kinds}")),
        (
            check(json!({ "timeout": 181, "endpoint": "/" })),
            "health_check_timeout Maximum exceeded: max 180s".to_owned(),
        ),
        (json!({ "health_check": { "type": null } }), format!("Health check type {kinds}")),
        (json!({ "health_check": { "type": 1 } }), format!("Health check type {kinds}")),
        (
            check(json!({ "timeout": 2_147_483_648_i64 })),
            "Health check timeout must be less than or equal to 2147483647".to_owned(),
        ),
        (
            check(json!({ "timeout": 0 })),
            "Health check timeout must be greater than or equal to 1".to_owned(),
        ),
        (check(json!({ "interval": "x" })), "Health check interval is not a number".to_owned()),
        (
            check(json!({ "invocation_timeout": 1.5 })),
            "Health check invocation timeout must be an integer".to_owned(),
        ),
        (
            check(json!({ "endpoint": format!("/{}", "a".repeat(255)) })),
            "Health check endpoint is too long (maximum is 255 characters)".to_owned(),
        ),
    ];
    for (body, text) in cases {
        assert_eq!(
            api.patch("dev", &path, body.clone()).await.refusal(),
            format!("{PREFIX} {text}"),
            "{body}"
        );
    }
    // What is not known within a check does not count.
    assert_eq!(api.patch("dev", &path, ready("process", json!({ "timeout": 1 }))).await.status, 200);
}

async fn an_endpoint_is_checked_whatever_the_type(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let [path, _] = both(&world.app, "");
    let of = |field: &str, kind: &Value, endpoint: &Value| {
        let mut check = json!({ "data": { "endpoint": endpoint } });
        if !kind.is_null() {
            check["type"] = kind.clone();
        }
        json!({ field: check })
    };
    let (long, no_path) = ("is too long (maximum is 255 characters)", "must be a valid URI path");
    for (field, label) in
        [("health_check", "Health check"), ("readiness_health_check", "Readiness health check")]
    {
        for kind in [json!("http"), json!("port"), json!("process"), Value::Null] {
            for endpoint in [
                json!("no path"),
                json!("path"),
                json!("http://h/x"),
                json!("//h"),
                json!(""),
                json!(1),
                json!({}),
            ] {
                let refusal = api.patch("dev", &path, of(field, &kind, &endpoint)).await.refusal();
                assert_eq!(refusal, format!("{PREFIX} {label} endpoint {no_path}"), "{kind} {endpoint}");
            }
            let refusal = api.patch("dev", &path, of(field, &kind, &json!("a".repeat(256)))).await.refusal();
            assert_eq!(refusal, format!("{PREFIX} {label} endpoint {long}, {label} endpoint {no_path}"));
            let fine = api.patch("dev", &path, of(field, &kind, &json!("/ä?b#c"))).await;
            assert_eq!(fine.status, 200, "{kind} {fine:?}");
        }
    }
    let all = json!({ "health_check": { "type": "tcp", "data": { "timeout": 0, "endpoint": "bad" } } });
    assert_eq!(
        api.patch("dev", &path, all).await.refusal(),
        format!(
            "{PREFIX} Health check type must be \"port\", \"process\", or \"http\", Health check timeout must be greater than or \
             equal to 1, Health check endpoint {no_path}"
        )
    );
}

async fn users_that_the_operator_adds_are_allowed(api: TestApi) {
    let api = api.with_ports(|ports| {
        let mut settings = (*ports.settings).clone();
        settings.processes.additional_users = vec!["ContainerUser".to_owned()];
        ports.settings = std::sync::Arc::new(settings);
    });
    let world = BitsWorld::new(&api).await;
    let [path, _] = both(&world.app, "");
    assert_eq!(
        api.patch("dev", &path, json!({ "user": "containeruser" })).await.text("/user"),
        "containeruser"
    );
    assert_eq!(
        api.patch("dev", &path, json!({ "user": "root" })).await.refusal(),
        format!(
            "{PREFIX} user invalid (requested user 'root' not allowed, permitted users are: 'vcap', 'ContainerUser')"
        )
    );
    assert_eq!(api.patch("dev", &path, json!({ "user": null })).await.text("/user"), "vcap");
}

async fn developers_and_supporters_change_processes(api: TestApi) {
    let world = BitsWorld::new(&api).await.with_everyone().await;
    for (path, hidden) in both(&world.app, "").iter().zip([NOT_FOUND, NO_APP]) {
        let bad = json!({ "x": 1 });
        for who in ["aud", "man", "om", "admin_read_only", "global_auditor"] {
            assert_eq!(
                api.patch(who, path, bad.clone()).await.refusal(),
                FORBIDDEN,
                "{who}: who may comes first"
            );
        }
        for who in ["bil", "stranger"] {
            assert_eq!(api.patch(who, path, bad.clone()).await.refusal(), hidden, "{who}");
        }
        let changed = api.patch("sup", path, json!({ "command": "mine" })).await;
        assert_eq!(changed.text("/command"), "mine", "whoever may change it reads the answer");
    }
    let other = format!("/v3/apps/{}/processes/worker", world.app);
    assert_eq!(api.patch("dev", &other, json!({})).await.refusal(), NOT_FOUND);
    world.suspend_space().await;
    for path in both(&world.app, "") {
        assert_eq!(api.patch("dev", &path, json!({})).await.refusal(), SUSPENDED);
    }
}

api_tests![
    command_user_checks_and_metadata_change,
    a_null_command_is_what_staging_found,
    another_type_of_check_has_no_endpoint,
    what_a_process_cannot_have_is_refused,
    an_endpoint_is_checked_whatever_the_type,
    users_that_the_operator_adds_are_allowed,
    developers_and_supporters_change_processes
];
