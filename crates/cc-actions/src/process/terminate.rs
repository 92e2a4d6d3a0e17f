//! `process_instance_terminate`, `app_process_instance_terminate`

use super::locked;
use crate::app::{party, place};
use crate::fault::{Fault, catalogue};
use crate::ports::{Call, transaction};
use cc_domain::guid::Guid;
use cc_domain::process::{Process, policy};
use serde_json::json;
use std::sync::Arc;

/// Ends one instance; the engine starts another in its place.
pub async fn terminate(call: Call<'_>, guid: &Guid<Process>, index: u32) -> Result<(), Fault> {
    let (process, key) = transaction!(call.ports, |tx| {
        let (app, process) = locked(tx, call.actor, guid, &policy::MANAGE).await?;
        if index >= process.instances.get() {
            return Err(Fault::new(catalogue::RESOURCE_NOT_FOUND, "Instance not found"));
        }
        let key = process.key().map_err(Fault::internal)?;
        let place = place(tx, &app).await?;
        let data = json!({ "process_guid": process.guid.as_str(), "process_type": process.kind.as_str(), "process_index": index });
        call.record(tx, "audit.app.process.terminate_instance", party(&app), place, data).await?;
        Ok((process, key))
    })?;
    let text = format!("Terminating process: \"{}\", index: \"{index}\"", process.kind);
    call.ports.log_api(&process.app, &text);
    // Not a job: nothing is to be made up for if the engine does not answer, the caller just asks again.
    call.ports.runtime.stop_instance(&key, index).await.map_err(|error| {
        let text = "Runner is unavailable: Unable to communicate with the engine";
        Fault { source: Some(Arc::new(error)), ..Fault::new(catalogue::RUNNER_UNAVAILABLE, text) }
    })
}
