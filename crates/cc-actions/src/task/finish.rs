//! The end of a task. Recorded once, however often it is reported.

use crate::fault::Fault;
use crate::ports::{Ports, transaction};
use cc_domain::guid::Guid;
use cc_domain::runtime::{Ack, TaskOutcome};
use cc_domain::task::{Task, TaskFailure};

/// What `task_finished` of the engine's reports does. Anything that may pass is asked for again.
pub async fn finished(ports: &Ports, outcome: TaskOutcome) -> Ack {
    let guid = Guid::new(outcome.task.as_str());
    let failure = outcome.failed.then_some(outcome.reason);
    match record(ports, &guid, failure).await {
        Ok(ack) => ack,
        Err(fault) => {
            tracing::warn!(task = guid.as_str(), ?fault, "the end of a task could not be recorded");
            Ack::RetryLater
        }
    }
}

/// Ends a task badly, on our own account. One that has ended stays as it is.
pub(super) async fn fail(ports: &Ports, guid: &Guid<Task>, failure: TaskFailure) -> Result<(), Fault> {
    record(ports, guid, Some(failure.to_string())).await.map(drop)
}

async fn record(ports: &Ports, guid: &Guid<Task>, failure: Option<String>) -> Result<Ack, Fault> {
    transaction!(ports, |tx| {
        let Some(task) = tx.lock_task(guid).await? else { return Ok(Ack::Unknown) };
        let Some(ended) = task.ended(failure, ports.now()) else { return Ok(Ack::Duplicate) };
        tx.update_task(&ended).await?;
        Ok(Ack::Recorded)
    })
}
