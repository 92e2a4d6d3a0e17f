//! What an engine reports of instances: crashes, and whether they take requests.

use super::ALL;
use crate::app::{party, place};
use crate::fault::Fault;
use crate::ports::{Ports, transaction};
use crate::wakes::Changed;
use cc_domain::audit_event::{AuditEvent, Party};
use cc_domain::guid::Guid;
use cc_domain::process::Process;
use cc_domain::runtime::{Ack, InstanceEvent, InstancePlace};
use serde_json::{Value, json};

/// Records the event; an engine repeats it until it is recorded. Of an instance that nobody knows it is dropped.
pub async fn instance_event(ports: &Ports, event: &InstanceEvent) -> Ack {
    let (at, kind, data, line) = described(event);
    let process = at.key.process();
    let recorded = record(ports, process, kind, &data).await;
    ports.wakes.changed(Changed::Process, process.as_str());
    match recorded {
        Ok(Some(process)) => {
            ports.log_api(&process.app, &line.replace("{type}", process.kind.as_str()));
            if kind == "audit.app.process.crash" {
                ports.log_api(
                    &process.app,
                    &format!("App instance exited with guid {} payload: {data}", process.app),
                );
            }
            Ack::Recorded
        }
        Ok(None) => Ack::Unknown,
        Err(fault) => {
            tracing::error!(?fault, "an event of an instance was not recorded");
            Ack::RetryLater
        }
    }
}

fn described(event: &InstanceEvent) -> (&InstancePlace, &'static str, Value, String) {
    match event {
        InstanceEvent::Crashed { at, reason, exit_status, description, count, at_ns } => {
            let data = json!({
                "instance": at.instance,
                "index": at.index,
                "cell_id": at.cell,
                "reason": reason,
                "exit_status": exit_status,
                "exit_description": description,
                "crash_count": count,
                "crash_timestamp": at_ns,
                "version": at.key.version(),
            });
            (at, "audit.app.process.crash", data, "Process has crashed with type: \"{type}\"".to_owned())
        }
        InstanceEvent::Rescheduling { at, reason } => {
            let data =
                json!({ "instance": at.instance, "index": at.index, "cell_id": at.cell, "reason": reason });
            (
                at,
                "audit.app.process.rescheduling",
                data,
                "Process is being rescheduled with type: \"{type}\"".to_owned(),
            )
        }
        InstanceEvent::Readiness { at, ready } => {
            let data = json!({ "instance": at.instance, "index": at.index, "cell_id": at.cell });
            let (kind, word) = if *ready {
                ("audit.app.process.ready", "became ready")
            } else {
                ("audit.app.process.not-ready", "became not ready")
            };
            let line = format!("Process {word} with guid {} payload: {data}", at.key.process());
            (at, kind, data, line)
        }
    }
}

async fn record(
    ports: &Ports,
    guid: &Guid<Process>,
    kind: &str,
    data: &Value,
) -> Result<Option<Process>, Fault> {
    transaction!(ports, |tx| {
        let Some(process) = tx.find_process(guid, &ALL).await? else { return Ok(None) };
        let Some(app) = tx.find_app(&process.app, &ALL).await? else { return Ok(None) };
        let place = place(tx, &app).await?;
        let actor = Party::new("process", process.guid.as_str(), process.kind.as_str());
        let now = ports.now();
        let event =
            AuditEvent::new(ports.new_guid(), now, kind, actor, party(&app), place.clone(), data.clone());
        tx.record(&event).await?;
        if kind == "audit.app.process.crash" {
            let event = AuditEvent::new(
                ports.new_guid(),
                now,
                "app.crash",
                party(&app),
                party(&app),
                place,
                data.clone(),
            );
            tx.record(&event).await?;
        }
        Ok(Some(process))
    })
}
