//! The periodic comparison of tasks with what the engine has.

use super::{CancelTask, engine, finish};
use crate::fault::Fault;
use crate::job;
use crate::ports::{Ports, transaction};
use cc_domain::guid::Guid;
use cc_domain::runtime::RuntimeError;
use cc_domain::task::{Task, TaskFailure, TaskState};
use std::collections::BTreeSet;

/// Tasks of one comparison step.
const BATCH: i64 = 500;

/// Fails the tasks that no engine took in time and those that the engine does not know any more; has the engine end those that nobody
/// wants. The engine is asked first: what it has then has a row. One that remembers nothing is not held to it.
pub async fn sync_all(ports: &Ports) -> Result<(), Fault> {
    let observed = match ports.runtime.list_tasks().await {
        Ok(tasks) => Some(tasks),
        Err(RuntimeError::Unsupported(_)) => None,
        Err(error) => return Err(engine(error)),
    };
    let mut unwanted: BTreeSet<String> =
        observed.iter().flatten().map(|task| task.id.as_str().to_owned()).collect();
    let mut after: Option<Guid<Task>> = None;
    loop {
        let active = ports.store.reader().await?.active_tasks(after.as_ref(), BATCH).await?;
        let Some(last) = active.last() else { break };
        after = Some(last.guid.clone());
        for task in &active {
            let is_known = unwanted.remove(task.guid.as_str());
            match task.state {
                TaskState::Pending if task.is_expired(ports.now()) => expire(ports, task).await?,
                TaskState::Canceling if is_known => {
                    unwanted.insert(task.guid.to_string());
                }
                TaskState::Running | TaskState::Canceling if observed.is_some() && !is_known => {
                    look_again(ports, task).await?;
                }
                _ => {}
            }
        }
    }
    for guid in unwanted {
        take_away(ports, &Guid::new(guid)).await?;
    }
    Ok(())
}

/// An engine may have taken it without our hearing of it.
async fn expire(ports: &Ports, task: &Task) -> Result<(), Fault> {
    finish::fail(ports, &task.guid, TaskFailure::Expired).await?;
    take_away(ports, &task.guid).await
}

/// It may have come to the engine after the engine was asked.
async fn look_again(ports: &Ports, task: &Task) -> Result<(), Fault> {
    let id = task.id().map_err(Fault::internal)?;
    if ports.runtime.find_task(&id).await.map_err(engine)?.is_none() {
        finish::fail(ports, &task.guid, TaskFailure::Lost).await?;
    }
    Ok(())
}

async fn take_away(ports: &Ports, guid: &Guid<Task>) -> Result<(), Fault> {
    transaction!(ports, |tx| job::enqueue(tx, ports, &CancelTask { guid: guid.clone() }).await.map(drop))
}
