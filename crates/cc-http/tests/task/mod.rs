//! Tasks, against an engine that takes them and tells what it was asked.

mod create;
mod ending;
mod read;

use crate::harness::{Answer, BitsWorld, TestApi};
use cc_domain::runtime::{
    Ack, Capabilities, MockRuntime, ObservedTask, RuntimeError, TaskId, TaskOutcome, TaskSpec, TaskState,
};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// What an engine was asked, and what it has.
#[derive(Default)]
pub struct Asked {
    pub run: Mutex<Vec<TaskSpec>>,
    pub canceled: Mutex<Vec<String>>,
    /// The answer to the next order to run something.
    pub refusal: Mutex<Option<RuntimeError>>,
    pub has: Mutex<Vec<String>>,
}

impl Asked {
    pub fn ran(&self) -> usize {
        self.run.lock().unwrap().len()
    }

    pub fn canceled(&self) -> Vec<String> {
        std::mem::take(&mut *self.canceled.lock().unwrap())
    }

    pub fn refuse(&self, error: RuntimeError) {
        *self.refusal.lock().unwrap() = Some(error);
    }

    fn observed(&self) -> Vec<ObservedTask> {
        let observed =
            |id: &String| ObservedTask { id: TaskId::new(id.as_str()).unwrap(), state: TaskState::Running };
        self.has.lock().unwrap().iter().map(observed).collect()
    }
}

/// An engine on this replica, or one that only workers reach.
pub fn engine(is_here: bool) -> (Arc<Asked>, MockRuntime) {
    let asked = Arc::new(Asked::default());
    let mut runtime = MockRuntime::new();
    runtime
        .expect_capabilities()
        .returning(move || Capabilities { tasks: is_here, ..Capabilities::default() });
    let at = Arc::clone(&asked);
    runtime.expect_run_task().returning(move |spec| {
        at.run.lock().unwrap().push(spec.clone());
        at.refusal.lock().unwrap().take().map_or(Ok(()), Err)
    });
    let at = Arc::clone(&asked);
    runtime.expect_cancel_task().returning(move |id| {
        at.canceled.lock().unwrap().push(id.as_str().to_owned());
        Ok(())
    });
    runtime.expect_versions_of().returning(|_| Ok(Vec::new()));
    let at = Arc::clone(&asked);
    runtime.expect_list_tasks().returning(move || Ok(at.observed()));
    let at = Arc::clone(&asked);
    runtime.expect_find_task().returning(move |id| Ok(at.observed().into_iter().find(|task| task.id == *id)));
    (asked, runtime)
}

/// An app with a current droplet, its droplet, and the engine.
pub async fn world(api: &TestApi) -> (BitsWorld<'_>, String) {
    let world = BitsWorld::new(api).await;
    let droplet = world.droplet().await;
    let path = format!("/v3/apps/{}/relationships/current_droplet", world.app);
    assert_eq!(api.patch("dev", &path, json!({ "data": { "guid": droplet } })).await.status, 200);
    (world, droplet)
}

pub async fn create(world: &BitsWorld<'_>, body: Value) -> Answer {
    world.api.post("dev", &format!("/v3/apps/{}/tasks", world.app), body).await
}

/// The guid of a task with this command.
pub async fn running(world: &BitsWorld<'_>, command: &str) -> String {
    let made = create(world, json!({ "command": command })).await;
    assert_eq!(made.text("/state"), "RUNNING", "{made:?}");
    made.guid().to_owned()
}

/// The engine reports the end of a task.
pub async fn report(api: &TestApi, task: &str, reason: Option<&str>) -> Ack {
    let (failed, reason) = (reason.is_some(), reason.unwrap_or_default().to_owned());
    let outcome = TaskOutcome { task: TaskId::new(task).unwrap(), failed, reason, at_ns: 0 };
    cc_actions::task::finished(&api.ports, outcome).await
}

/// State and failure reason.
pub async fn state(api: &TestApi, task: &str) -> (String, Value) {
    let shown = api.get("dev", &format!("/v3/tasks/{task}")).await;
    (shown.text("/state").to_owned(), shown.at("/result/failure_reason").clone())
}
