//! `task_update`

use super::allowed;
use crate::fault::Fault;
use crate::ports::{Call, transaction};
use cc_domain::guid::Guid;
use cc_domain::metadata::MetadataPatch;
use cc_domain::task::{Task, policy};

/// Changes metadata.
pub async fn update(call: Call<'_>, guid: &Guid<Task>, change: &MetadataPatch) -> Result<Task, Fault> {
    transaction!(call.ports, |tx| {
        let task = allowed(tx, call.actor, guid, &policy::MANAGE).await?;
        let metadata = task.metadata.patched(change, call.ports.settings.metadata_limits)?;
        let task = Task { metadata, updated_at: call.ports.now(), ..task };
        tx.update_task(&task).await?;
        Ok(task)
    })
}
