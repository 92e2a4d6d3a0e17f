//! `process_update`, `app_process_update`

use super::locked;
use crate::app::{party, place};
use crate::fault::Fault;
use crate::ports::{Ports, transaction};
use cc_domain::actor::Actor;
use cc_domain::audit_event::HIDDEN;
use cc_domain::guid::Guid;
use cc_domain::process::{Process, UpdateProcess, policy};
use cc_domain::store::DynTx;
use serde_json::{Map, Value, json};

/// Changes command, user and checks; they take effect with the next start. What is wrong with the body is said to those
/// only who may do it.
pub async fn update(
    ports: &Ports,
    actor: &Actor,
    guid: &Guid<Process>,
    change: Result<UpdateProcess, Fault>,
    request: Map<String, Value>,
) -> Result<Process, Fault> {
    let process = transaction!(ports, |tx| update_within(tx, ports, actor, guid, change, request).await)?;
    ports.log_api(&process.app, &format!("Updating process: \"{}\"", process.kind));
    Ok(process)
}

async fn update_within(
    tx: &mut DynTx,
    ports: &Ports,
    actor: &Actor,
    guid: &Guid<Process>,
    change: Result<UpdateProcess, Fault>,
    mut request: Map<String, Value>,
) -> Result<Process, Fault> {
    let (app, process) = locked(tx, actor, guid, &policy::MANAGE).await?;
    let change = change?;
    let metadata = process.metadata.patched(&change.metadata, ports.settings.metadata_limits)?;
    let process = process.updated(&change, false, &ports.settings.processes, metadata, ports.now())?;
    tx.update_process(&process).await?;
    if let Some(command) = request.get_mut("command") {
        *command = Value::from(HIDDEN);
    }
    let place = place(tx, &app).await?;
    let data = json!({ "process_guid": process.guid.as_str(), "process_type": process.kind.as_str(), "request": request });
    tx.record(&ports.event("audit.app.process.update", actor, party(&app), place, data)).await?;
    Ok(process)
}
