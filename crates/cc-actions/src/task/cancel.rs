//! `task_cancel`, its job `task.cancel`, and the tasks of an app that goes.

use super::{allowed, described, engine};
use crate::app;
use crate::fault::Fault;
use crate::job::{self, Work};
use crate::ports::{Call, Ports, transaction};
use cc_domain::app::App;
use cc_domain::audit_event::Place;
use cc_domain::guid::Guid;
use cc_domain::runtime::{RuntimeError, TaskId};
use cc_domain::store::DynTx;
use cc_domain::task::{Task, TaskState, policy};
use serde::{Deserialize, Serialize};

/// Has the engine end a task; that it has ended is the engine's to report.
pub async fn cancel(call: Call<'_>, guid: &Guid<Task>) -> Result<Task, Fault> {
    transaction!(call.ports, |tx| {
        let task = allowed(tx, call.actor, guid, &policy::CANCEL).await?.canceled(call.ports.now())?;
        tx.update_task(&task).await?;
        if let Some(app) = tx.find_app(&task.app, &super::ALL).await? {
            let place = app::place(tx, &app).await?;
            call.record(tx, "audit.app.task.cancel", app::party(&app), place, described(&task)).await?;
        }
        job::enqueue(tx, call.ports, &CancelTask { guid: guid.clone() }).await?;
        Ok(task)
    })
}

/// Removes the tasks of an app, whose row the caller has locked. What still runs is ended after the commit.
pub async fn delete_all_of(tx: &mut DynTx, call: Call<'_>, app: &App, place: &Place) -> Result<(), Fault> {
    let tasks = tx.tasks_of_app(&app.guid).await?;
    for task in tasks.iter().filter(|task| !task.state.is_final()) {
        if task.state == TaskState::Running {
            let party = app::party(app);
            call.record(tx, "audit.app.task.cancel", party, place.clone(), described(task)).await?;
        }
        job::enqueue(tx, call.ports, &CancelTask { guid: task.guid.clone() }).await?;
    }
    Ok(tx.delete_tasks_of_app(&app.guid).await?)
}

/// The engine's report on it meets a row that waits for it, or none.
#[derive(Serialize, Deserialize)]
pub(crate) struct CancelTask {
    pub(super) guid: Guid<Task>,
}

impl Work for CancelTask {
    const NAME: &'static str = "task.cancel";
    const PRIORITY: i32 = -1;

    async fn run(self, ports: &Ports) -> Result<(), Fault> {
        let id = TaskId::new(self.guid.as_str()).map_err(Fault::internal)?;
        match ports.runtime.cancel_task(&id).await {
            Ok(()) | Err(RuntimeError::NotFound) => Ok(()),
            Err(error) => Err(engine(error)),
        }
    }
}
