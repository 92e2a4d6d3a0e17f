//! Commands that end.

use super::stand::{Record, Stand, artifact, worker};
use cc_domain::runtime::{
    Ack, ArtifactKind, Command, ObservedTask, Runtime, TaskId, TaskOutcome, TaskSpec, TaskState,
};
use cc_runtime::Isolation;

const ID: &str = "10000000-0000-4000-8000-000000000000";

pub fn task(command: &str) -> TaskSpec {
    let process = worker(1, command);
    let command = process.commands.into_iter().next().unwrap();
    TaskSpec {
        task: TaskId::new(ID).unwrap(),
        owner: process.owner,
        name: "migrate".into(),
        command: Command { log_source: "APP/TASK/migrate".into(), ..command },
        lifecycle: process.lifecycle,
        image: process.image,
        droplet: Some(artifact(ArtifactKind::Droplet("droplet".into()), "droplet")),
        container_env: process.container_env,
        limits: process.limits,
        egress: Vec::new(),
        tags: process.tags,
        placement: process.placement,
        files: Vec::new(),
    }
}

fn finished(record: &Record) -> Option<TaskOutcome> {
    record.tasks.last().cloned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_ends_well_and_is_then_unknown() {
    let stand = Stand::new(Isolation::Auto).await;
    let spec = task("echo $GREETING; test -z \"$CF_INSTANCE_INDEX\"");
    stand.runtime.run_task(&spec).await.unwrap();
    stand.runtime.run_task(&spec).await.unwrap();
    let outcome = stand.recorder.until("the outcome", finished).await;
    assert_eq!((outcome.failed, outcome.reason.as_str()), (false, ""));
    stand.recorder.line("APP/TASK/migrate", "hello").await;
    stand.recorder.line("APP/TASK/migrate", "Exit status 0").await;
    stand.down().await;
    assert_eq!(stand.runtime.find_task(&spec.task).await, Ok(None));
    assert_eq!(stand.recorder.record.lock().unwrap().tasks.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_status_of_a_failed_task_is_its_reason_and_is_told_until_it_is_taken() {
    let stand = Stand::new(Isolation::Auto).await;
    stand.recorder.record.lock().unwrap().refusals = 1;
    stand.runtime.run_task(&task("exit 5")).await.unwrap();
    let both = |record: &Record| (record.tasks.len() == 2).then(|| record.tasks.clone());
    for outcome in stand.recorder.until("two reports", both).await {
        assert_eq!(
            (outcome.failed, outcome.reason.as_str()),
            (true, "APP/TASK/migrate: Exited with status 5")
        );
    }
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_task_fails() {
    let stand = Stand::new(Isolation::Auto).await;
    let spec = task("echo ready; exec sleep 1000");
    stand.runtime.run_task(&spec).await.unwrap();
    stand.recorder.line("APP/TASK/migrate", "ready").await;
    let running = ObservedTask { id: spec.task.clone(), state: TaskState::Running };
    assert_eq!(stand.runtime.list_tasks().await, Ok(vec![running]));
    stand.runtime.cancel_task(&spec.task).await.unwrap();
    let outcome = stand.recorder.until("the outcome", finished).await;
    assert_eq!((outcome.failed, outcome.reason.as_str()), (true, "task was cancelled"));
    stand.down().await;
    assert!(Ack::Recorded.is_final());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_ends_between_two_servers_has_its_outcome_and_runs_once() {
    let mut stand = Stand::new(Isolation::Auto).await;
    stand.runtime.run_task(&task("echo ready; sleep 1; exit 6")).await.unwrap();
    stand.recorder.line("APP/TASK/migrate", "ready").await;
    stand.again().await;
    let outcome = stand.recorder.until("the outcome", finished).await;
    assert_eq!(outcome.reason, "APP/TASK/migrate: Exited with status 6");
    stand.down().await;
    let record = stand.recorder.record.lock().unwrap();
    assert_eq!(record.lines.iter().filter(|line| line.text == b"ready").count(), 1);
}
