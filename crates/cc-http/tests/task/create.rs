//! `task_create`

use super::{create, engine, state, world};
use crate::api_tests;
use crate::harness::TestApi;
use cc_domain::feature_flag::FeatureFlag;
use cc_domain::runtime::RuntimeError;
use serde_json::{Value, json};

async fn a_task_runs_at_once_where_the_engine_is(api: TestApi) {
    let (asked, runtime) = engine(true);
    let api = api.with_runtime(runtime);
    let (world, _) = world(&api).await;
    let body = json!({
        "name": "migrate", "command": "rake db", "memory_in_mb": 32, "disk_in_mb": 33,
        "log_rate_limit_in_bytes_per_second": 34, "metadata": { "labels": { "k": "v" } },
    });
    let made = create(&world, body).await;
    assert_eq!(made.status, 202);
    insta::assert_snapshot!("made", made.redacted());
    let spec = asked.run.lock().unwrap()[0].clone();
    assert_eq!(
        (spec.command.start.as_str(), spec.command.log_source.as_str()),
        ("rake db", "APP/TASK/migrate")
    );
    assert_eq!((spec.limits.memory_mb, spec.limits.disk_mb, spec.limits.log_rate), (32, 33, 34));
    api.clock.advance(60);
    api.run_jobs().await;
    assert_eq!(asked.ran(), 1, "the job finds that it runs");
    let second = create(&world, json!({ "command": "x" })).await;
    assert_eq!(second.at("/sequence_id"), &json!(2));
    assert_eq!(second.text("/name").len(), 8);
    let events = api.get("admin", "/v3/audit_events?types=audit.app.task.create").await;
    let data = events.at("/resources/0/data");
    let request = json!({ "name": "migrate", "memory_in_mb": 32, "command": "[PRIVATE DATA HIDDEN]" });
    assert_eq!(data, &json!({ "task_guid": made.guid(), "request": request }));
}

async fn an_engine_elsewhere_gets_it_by_the_job(api: TestApi) {
    let (asked, runtime) = engine(false);
    let api = api.with_runtime(runtime);
    let (world, _) = world(&api).await;
    let made = create(&world, json!({ "command": "x" })).await;
    assert_eq!((made.text("/state"), asked.ran()), ("PENDING", 0));
    api.run_jobs().await;
    assert_eq!(state(&api, made.guid()).await, ("RUNNING".to_owned(), Value::Null));
    assert_eq!(asked.ran(), 1);
}

async fn an_engine_that_does_not_answer_is_asked_again_and_one_that_refuses_is_not(api: TestApi) {
    let (asked, runtime) = engine(true);
    let api = api.with_runtime(runtime);
    let (world, _) = world(&api).await;
    asked.refuse(RuntimeError::Unavailable("no".to_owned()));
    let made = create(&world, json!({ "command": "x" })).await;
    assert_eq!((made.status, made.text("/state")), (202, "PENDING"));
    api.clock.advance(60);
    api.run_jobs().await;
    assert_eq!(state(&api, made.guid()).await, ("RUNNING".to_owned(), Value::Null));
    asked.refuse(RuntimeError::Unsupported("docker"));
    let refused = create(&world, json!({ "name": "no", "command": "x" })).await;
    assert_eq!(
        refused.refusal(),
        "500 170019 CF-TaskError: Task failed: the runtime does not support docker"
    );
    let failed = api.get("dev", &format!("/v3/apps/{}/tasks?names=no", world.app)).await;
    assert_eq!(failed.text("/resources/0/state"), "FAILED");
    assert_eq!(failed.text("/resources/0/result/failure_reason"), "Unable to request task to be run");
}

async fn a_process_lends_its_command_and_its_limits(api: TestApi) {
    let (_, runtime) = engine(true);
    let api = api.with_runtime(runtime);
    let (world, droplet) = world(&api).await;
    let path = format!("/v3/apps/{}/processes/web/actions/scale", world.app);
    let sizes = json!({ "memory_in_mb": 55, "disk_in_mb": 56, "log_rate_limit_in_bytes_per_second": 57 });
    assert_eq!(api.post("dev", &path, sizes).await.status, 202);
    let template = json!({ "process": { "guid": world.app } });
    let lent = create(&world, json!({ "template": template, "droplet_guid": droplet })).await;
    assert_eq!(lent.text("/command"), "run me");
    assert_eq!((lent.at("/memory_in_mb"), lent.at("/disk_in_mb")), (&json!(55), &json!(56)));
    let own = create(&world, json!({ "template": template, "command": "own", "memory_in_mb": 5 })).await;
    assert_eq!((own.text("/command"), own.at("/memory_in_mb")), ("own", &json!(5)));
    assert_eq!(
        create(&world, json!({ "template": { "process": { "guid": "nope" } } })).await.refusal(),
        "404 350003 CF-ProcessNotFound: The process could not be found: nope"
    );
    assert_eq!(
        create(&world, json!({ "template": {} })).await.refusal(),
        "422 10008 CF-UnprocessableEntity: Template process guid must be a string, \
         Template process guid must be between 1 and 200 characters"
    );
}

async fn what_is_wrong_is_said_in_the_order_of_the_reference(api: TestApi) {
    let (asked, runtime) = engine(true);
    let api = api.with_runtime(runtime);
    let (world, droplet) = world(&api).await;
    let refusal = |text: &str| format!("422 10008 CF-UnprocessableEntity: {text}");
    for (body, text) in [
        (json!({}), "Command No command or template provided"),
        (json!({ "command": "x", "state": "RUNNING" }), "Unknown field(s): 'state'"),
        (json!({ "command": " ", "name": null }), "name format, name presence, command presence"),
        (
            json!({ "command": "x", "memory_in_mb": 0, "user": "" }),
            "Memory in mb must be greater than 0, User must be between 1 and 255 characters",
        ),
        (
            json!({ "command": "x", "disk_in_mb": 3_000_000_000_u64 }),
            "Cannot request disk_in_mb greater than 2048",
        ),
        (
            json!({ "command": "x", "user": "root" }),
            "user invalid (requested user 'root' not allowed, permitted users are: 'vcap')",
        ),
    ] {
        assert_eq!(create(&world, body).await.refusal(), refusal(text));
    }
    let other = world.new_app("two", json!({})).await;
    let path = format!("/v3/apps/{other}/tasks");
    assert_eq!(
        api.post("dev", &path, json!({ "command": "x" })).await.refusal(),
        refusal("Task must have a droplet. Specify droplet or assign current droplet to app.")
    );
    for guid in [json!(droplet), json!(null), json!("nope")] {
        let refused = api.post("dev", &path, json!({ "command": "x", "droplet_guid": guid })).await;
        assert_eq!(refused.refusal(), "404 10010 CF-ResourceNotFound: Droplet not found");
    }
    assert_eq!(
        api.post("stranger", &path, json!({ "command": "x" })).await.refusal(),
        "404 10010 CF-ResourceNotFound: App not found"
    );
    assert_eq!(
        api.post("stranger", &path, json!({})).await.refusal(),
        refusal("Command No command or template provided")
    );
    world.set_flag(FeatureFlag::TaskCreation, false).await;
    assert_eq!(
        create(&world, json!({})).await.refusal(),
        "403 330002 CF-FeatureDisabled: Feature Disabled: task_creation"
    );
    assert_eq!(asked.ran(), 0);
}

async fn tasks_take_of_the_quota_until_they_end(api: TestApi) {
    let (_, runtime) = engine(true);
    let api = api.with_runtime(runtime);
    let (world, _) = world(&api).await;
    let apps = json!({ "total_memory_in_mb": 100, "per_app_tasks": 2 });
    let organizations = json!({ "data": [{ "guid": world.space.organization.as_str() }] });
    let body = json!({ "name": "q", "apps": apps, "relationships": { "organizations": organizations } });
    assert_eq!(api.post("admin", "/v3/organization_quotas", body).await.status, 201);
    let first = create(&world, json!({ "command": "x", "memory_in_mb": 60 })).await;
    assert_eq!(first.status, 202, "{first:?}");
    assert_eq!(
        create(&world, json!({ "command": "x", "memory_in_mb": 41 })).await.refusal(),
        "422 10008 CF-UnprocessableEntity: memory_in_mb exceeds organization memory quota"
    );
    assert_eq!(create(&world, json!({ "command": "x", "memory_in_mb": 40 })).await.status, 202);
    let organization = format!("/v3/organizations/{}/usage_summary", world.space.organization);
    for summary in [organization.as_str(), "/v3/info/usage_summary"] {
        let used = api.get("admin", summary).await;
        assert_eq!(used.at("/usage_summary/memory_in_mb"), &json!(100), "{summary}");
    }
    assert_eq!(
        create(&world, json!({ "command": "x", "memory_in_mb": 1 })).await.refusal(),
        "422 10008 CF-UnprocessableEntity: memory_in_mb exceeds organization memory quota, app_task_limit quota exceeded"
    );
    super::report(&api, first.guid(), None).await;
    assert_eq!(create(&world, json!({ "command": "x", "memory_in_mb": 60 })).await.status, 202);
}

api_tests![
    a_task_runs_at_once_where_the_engine_is,
    an_engine_elsewhere_gets_it_by_the_job,
    an_engine_that_does_not_answer_is_asked_again_and_one_that_refuses_is_not,
    a_process_lends_its_command_and_its_limits,
    what_is_wrong_is_said_in_the_order_of_the_reference,
    tasks_take_of_the_quota_until_they_end,
];
