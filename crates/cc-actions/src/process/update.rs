//! `process_update`, `app_process_update`

use super::{allowed, locked};
use crate::app::{party, place};
use crate::fault::Fault;
use crate::ports::{Call, transaction};
use crate::{deployment, quota};
use cc_domain::audit_event::HIDDEN;
use cc_domain::guid::Guid;
use cc_domain::process::{Process, UpdateProcess, policy};
use cc_domain::store::DynTx;
use serde_json::{Value, json};

/// Changes command, user and checks; they take effect with the next start. What is wrong with the body is said to those
/// only who may do it.
pub async fn update(
    call: Call<'_>,
    guid: &Guid<Process>,
    change: Result<UpdateProcess, Fault>,
    request: Value,
) -> Result<Process, Fault> {
    let process = transaction!(call.ports, |tx| update_within(tx, call, guid, change, request).await)?;
    call.ports.log_api(&process.app, &format!("Updating process: \"{}\"", process.kind));
    Ok(process)
}

async fn update_within(
    tx: &mut DynTx,
    call: Call<'_>,
    guid: &Guid<Process>,
    change: Result<UpdateProcess, Fault>,
    mut request: Value,
) -> Result<Process, Fault> {
    let found = allowed(tx, call.actor, guid, &policy::MANAGE).await?;
    let quotas = quota::of_running(tx, &found.app).await?;
    let (app, process) = locked(tx, &found).await?;
    let change = change?;
    let metadata = process.metadata.patched(&change.metadata, call.ports.settings.metadata_limits)?;
    let settings = &call.ports.settings.processes;
    let is_deploying = deployment::is_in_flight(tx, &app.guid).await?;
    let process = process.updated(&change, is_deploying, settings, &quotas, metadata, call.ports.now())?;
    tx.update_process(&process).await?;
    if let Some(command) = request.get_mut("command") {
        *command = Value::from(HIDDEN);
    }
    let place = place(tx, &app).await?;
    let data = json!({ "process_guid": process.guid.as_str(), "process_type": process.kind.as_str(), "request": request });
    call.record(tx, "audit.app.process.update", party(&app), place, data).await?;
    Ok(process)
}
