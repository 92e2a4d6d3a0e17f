//! How tasks end: by themselves, by `task_cancel`, with their app, and when the engine lost them.

use super::{engine, report, running, state, world};
use crate::api_tests;
use crate::harness::TestApi;
use cc_actions::task::sync_all;
use cc_domain::runtime::{Ack, RuntimeError};
use serde_json::{Value, json};

async fn an_end_is_recorded_once(api: TestApi) {
    let (_, runtime) = engine(true);
    let api = api.with_runtime(runtime);
    let (world, _) = world(&api).await;
    let (good, bad) = (running(&world, "good").await, running(&world, "bad").await);
    assert_eq!(report(&api, &good, None).await, Ack::Recorded);
    assert_eq!(report(&api, &good, Some("late")).await, Ack::Duplicate);
    assert_eq!(state(&api, &good).await, ("SUCCEEDED".to_owned(), Value::Null));
    assert_eq!(report(&api, &bad, Some("Exited with status 5")).await, Ack::Recorded);
    assert_eq!(state(&api, &bad).await, ("FAILED".to_owned(), json!("Exited with status 5")));
    assert_eq!(report(&api, "nobody", None).await, Ack::Unknown);
    let path = format!("/v3/tasks/{good}/actions/cancel");
    assert_eq!(
        api.post("dev", &path, json!({})).await.refusal(),
        "422 10008 CF-UnprocessableEntity: Task state is SUCCEEDED and therefore cannot be canceled"
    );
}

async fn a_canceled_task_is_ended_by_the_engine(api: TestApi) {
    let (asked, runtime) = engine(true);
    let api = api.with_runtime(runtime);
    let (world, _) = world(&api).await;
    let task = running(&world, "x").await;
    let path = format!("/v3/tasks/{task}/actions/cancel");
    assert_eq!(
        api.post("aud", &path, json!({})).await.refusal(),
        "403 10003 CF-NotAuthorized: You are not authorized to perform the requested action"
    );
    assert_eq!(
        api.post("stranger", &path, json!({})).await.refusal(),
        "404 10010 CF-ResourceNotFound: Task not found"
    );
    let canceled = api.post("dev", &path, json!({})).await;
    assert_eq!(
        (canceled.status, canceled.text("/state"), canceled.text("/command")),
        (202, "CANCELING", "x")
    );
    let again = api.put("dev", &format!("/v3/tasks/{task}/cancel"), json!({})).await;
    assert_eq!((again.status, again.text("/state")), (202, "CANCELING"));
    api.run_jobs().await;
    assert_eq!(asked.canceled(), [task.as_str(), task.as_str()]);
    assert_eq!(report(&api, &task, Some("task was cancelled")).await, Ack::Recorded);
    assert_eq!(state(&api, &task).await, ("FAILED".to_owned(), json!("task was cancelled")));
    let recorded = api.recorded().await;
    assert_eq!(recorded.iter().filter(|kind| *kind == "audit.app.task.cancel").count(), 2);
}

async fn a_task_that_the_engine_takes_too_late_is_taken_away_again(api: TestApi) {
    let (asked, runtime) = engine(true);
    let api = api.with_runtime(runtime);
    let (world, _) = world(&api).await;
    asked.refuse(RuntimeError::Unavailable("no".to_owned()));
    let made = super::create(&world, json!({ "command": "x" })).await;
    let canceled = api.post("dev", &format!("/v3/tasks/{}/actions/cancel", made.guid()), json!({})).await;
    assert_eq!(canceled.text("/state"), "CANCELING");
    api.clock.advance(60);
    api.run_jobs().await;
    assert_eq!(asked.ran(), 1, "one that nobody wants is not handed over again");
    sync_all(&api.ports).await.unwrap();
    assert_eq!(
        state(&api, made.guid()).await,
        ("FAILED".to_owned(), json!("Unable to determine completion status"))
    );
}

async fn tasks_go_with_their_app_and_with_its_space(api: TestApi) {
    let (asked, runtime) = engine(true);
    let api = api.with_runtime(runtime);
    let (world, _) = world(&api).await;
    let (ended, open) = (running(&world, "one").await, running(&world, "two").await);
    report(&api, &ended, None).await;
    let job = api.delete("admin", &format!("/v3/spaces/{}", world.space.guid)).await;
    assert_eq!(job.status, 202, "{job:?}");
    api.run_jobs().await;
    assert_eq!(asked.canceled(), [open.as_str()]);
    assert_eq!(
        api.get("admin", &format!("/v3/tasks/{open}")).await.refusal(),
        "404 10010 CF-ResourceNotFound: Task not found"
    );
    assert!(api.recorded().await.contains(&"audit.app.task.cancel".to_owned()));
    assert_eq!(report(&api, &open, Some("task was cancelled")).await, Ack::Unknown);
}

async fn the_comparison_ends_what_got_lost_and_takes_away_what_nobody_wants(api: TestApi) {
    let (asked, runtime) = engine(true);
    let api = api.with_runtime(runtime);
    let (world, _) = world(&api).await;
    let (kept, lost, stopping) =
        (running(&world, "kept").await, running(&world, "lost").await, running(&world, "stopping").await);
    api.post("dev", &format!("/v3/tasks/{stopping}/actions/cancel"), json!({})).await;
    asked.refuse(RuntimeError::Unavailable("no".to_owned()));
    let waiting = super::create(&world, json!({ "command": "x" })).await;
    *asked.has.lock().unwrap() = vec![kept.clone(), stopping.clone(), "foreign".to_owned()];
    api.run_jobs().await;
    asked.canceled();
    sync_all(&api.ports).await.unwrap();
    api.run_jobs().await;
    assert_eq!(state(&api, &kept).await.0, "RUNNING");
    assert_eq!(
        state(&api, &lost).await,
        ("FAILED".to_owned(), json!("Unable to determine completion status"))
    );
    assert_eq!(state(&api, &stopping).await.0, "CANCELING");
    assert_eq!(state(&api, waiting.guid()).await.0, "PENDING");
    let mut canceled = asked.canceled();
    canceled.sort();
    let mut wanted = vec!["foreign".to_owned(), stopping];
    wanted.sort();
    assert_eq!(canceled, wanted);
    api.clock.advance(301);
    sync_all(&api.ports).await.unwrap();
    assert_eq!(
        state(&api, waiting.guid()).await,
        ("FAILED".to_owned(), json!("Task expired in PENDING state"))
    );
}

api_tests![
    an_end_is_recorded_once,
    a_canceled_task_is_ended_by_the_engine,
    a_task_that_the_engine_takes_too_late_is_taken_away_again,
    tasks_go_with_their_app_and_with_its_space,
    the_comparison_ends_what_got_lost_and_takes_away_what_nobody_wants,
];
