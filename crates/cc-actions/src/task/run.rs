//! Handing a task to the engine: by the request that made it, and by the job `task.run` where that did not come to it.

use super::{ALL, CancelTask, engine, finish};
use crate::fault::{Fault, catalogue};
use crate::job::{self, Work};
use crate::ports::{Ports, transaction};
use cc_domain::app::AppContext;
use cc_domain::environment_variable_group::EnvironmentVariableGroupName;
use cc_domain::guid::Guid;
use cc_domain::runtime::{RuntimeError, TaskSpec};
use cc_domain::store::DynReader;
use cc_domain::task::{Task, TaskFailure, TaskState};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// How long after the request the job begins. Half of it is the request's, so that both never hand over the same task.
pub(super) const HEAD_START_SECONDS: i64 = 10;

/// Hands over a task that still waits. An engine that does not answer is asked again; a refusal fails the task.
#[derive(Serialize, Deserialize)]
pub(crate) struct RunTask {
    pub(super) guid: Guid<Task>,
}

impl Work for RunTask {
    const NAME: &'static str = "task.run";
    const PRIORITY: i32 = -1;

    async fn run(self, ports: &Ports) -> Result<(), Fault> {
        let found = ports.store.reader().await?.find_task(&self.guid, &ALL).await?;
        let Some(task) = found.filter(|task| task.state == TaskState::Pending) else { return Ok(()) };
        let Some(spec) = spec(ports, &task).await? else {
            return finish::fail(ports, &self.guid, TaskFailure::NotTaken).await;
        };
        match ports.runtime.run_task(&spec).await {
            Ok(()) => taken(ports, &self.guid).await.map(drop),
            Err(error) if is_passing(&error) => Err(engine(error)),
            Err(error) => {
                tracing::warn!(task = self.guid.as_str(), %error, "the engine refuses a task");
                finish::fail(ports, &self.guid, TaskFailure::NotTaken).await
            }
        }
    }
}

/// What the request does that made the task: gives it as it is then. The task is there, so that only a refusal of the engine is one of the
/// request; what else goes wrong leaves it to the job.
pub(super) async fn at_once(ports: &Ports, task: Task) -> Result<Task, Fault> {
    match hand_over(ports, &task).await {
        Ok(Handed::Over(now)) => Ok(now.map_or(task, |now| *now)),
        Ok(Handed::Refused(error)) => {
            let text = format!("Task failed: {error}");
            Err(Fault { source: Some(Arc::new(error)), ..Fault::new(catalogue::TASK_ERROR, text) })
        }
        Ok(Handed::Late) => Ok(task),
        Err(fault) => {
            tracing::warn!(task = task.guid.as_str(), ?fault, "a task is not with the engine yet");
            Ok(task)
        }
    }
}

enum Handed {
    /// As it is since then, if it is still there.
    Over(Option<Box<Task>>),
    Refused(RuntimeError),
    Late,
}

async fn hand_over(ports: &Ports, task: &Task) -> Result<Handed, Fault> {
    let Some(spec) = spec(ports, task).await? else { return Ok(Handed::Late) };
    if ports.now() > task.created_at.plus_seconds(HEAD_START_SECONDS / 2) {
        return Ok(Handed::Late);
    }
    match ports.runtime.run_task(&spec).await {
        Ok(()) => Ok(Handed::Over(taken(ports, &task.guid).await?.map(Box::new))),
        Err(error) if is_passing(&error) => Err(engine(error)),
        Err(error) => {
            finish::fail(ports, &task.guid, TaskFailure::NotTaken).await?;
            Ok(Handed::Refused(error))
        }
    }
}

fn is_passing(error: &RuntimeError) -> bool {
    matches!(error, RuntimeError::Unavailable(_) | RuntimeError::Internal(_))
}

/// Records that the engine has the task; the task if it is still wanted. One that was canceled meanwhile is taken away again.
async fn taken(ports: &Ports, guid: &Guid<Task>) -> Result<Option<Task>, Fault> {
    transaction!(ports, |tx| {
        let Some(task) = tx.lock_task(guid).await? else {
            job::enqueue(tx, ports, &CancelTask { guid: guid.clone() }).await?;
            return Ok(None);
        };
        match task.clone().taken(ports.now()) {
            Some(running) => {
                tx.update_task(&running).await?;
                Ok(Some(running))
            }
            // An end that the engine reported already is one that it has forgotten; a cancel of that does nothing.
            None => {
                if task.state != TaskState::Running {
                    job::enqueue(tx, ports, &CancelTask { guid: guid.clone() }).await?;
                }
                Ok(Some(task))
            }
        }
    })
}

/// The task as the engine wants it; `None` if what it runs in is gone.
async fn spec(ports: &Ports, task: &Task) -> Result<Option<TaskSpec>, Fault> {
    let mut reader = ports.store.reader().await?;
    read_spec(reader.as_mut(), ports, task).await
}

async fn read_spec(reader: &mut DynReader, ports: &Ports, task: &Task) -> Result<Option<TaskSpec>, Fault> {
    let Some(app) = reader.find_app(&task.app, &ALL).await? else { return Ok(None) };
    let Some(droplet) = reader.find_droplet(&task.droplet, &ALL).await? else { return Ok(None) };
    let Some(space) = reader.find_space(&app.space, &ALL).await? else { return Ok(None) };
    let found = reader.find_organization(&space.organization, &ALL).await?;
    let Some(organization) = found else { return Ok(None) };
    let routes = reader.routes_of_app(&app.guid).await?;
    let variables = reader.app_environment(&app.guid).await?.unwrap_or_default();
    let group = reader.environment_variable_group(EnvironmentVariableGroupName::Running).await?;
    let settings = &ports.settings;
    let context = AppContext {
        app: &app,
        space: &space,
        organization: &organization,
        routes: &routes,
        sidecars: &[],
        variables: &variables,
        group: &group.variables,
        api_url: &settings.external_url,
        fds: settings.engine.fds,
    };
    task.spec(&context, &droplet, &settings.processes, &settings.engine).map(Some).map_err(Fault::internal)
}
