//! Processes of an app.

use super::carry_out::Applying;
use crate::fault::Fault;
use crate::route;
use cc_domain::audit_event::HIDDEN;
use cc_domain::manifest::ProcessManifest;
use cc_domain::patch::Patch;
use cc_domain::process::{
    Endpoint, HealthCheckKind, HealthCheckUpdate, Process, ProcessError, ProcessType, ReadinessKind,
    ScaleProcess, Seconds, UpdateProcess, current,
};
use cc_domain::quantity::LogRate;
use cc_domain::sidecar::Sidecar;
use serde_json::{Map, Value, json};

impl Applying<'_> {
    /// Makes the missing types, then updates and scales. Only the number of instances takes effect before the next restart.
    pub(super) async fn processes(
        &mut self,
        new: Vec<ProcessType>,
        changed: Vec<ProcessManifest>,
        mut all: Vec<Process>,
        sidecars: &[Sidecar],
    ) -> Result<(), Fault> {
        let is_any_new = !new.is_empty();
        for kind in new {
            all.push(self.add_process(kind).await?);
        }
        if is_any_new {
            // A destination may have waited for its process.
            route::announce_app(self.tx, self.call.ports, &self.app.guid).await?;
        }
        for wanted in changed {
            // The plan only has types that are there by now.
            let Some(process) = current(&all, &wanted.kind).cloned() else { continue };
            let updated = self.update_process(process, &wanted.update).await?;
            self.scale_process(updated, &wanted.scale, sidecars).await?;
        }
        Ok(())
    }

    async fn add_process(&mut self, kind: ProcessType) -> Result<Process, Fault> {
        let (ports, now) = (self.call.ports, self.call.ports.now());
        let guid = if kind.is_web() { self.app.guid.cast() } else { ports.new_guid() };
        let settings = &ports.settings.processes;
        let process = Process::new(guid, &self.app, kind, ports.new_guid(), settings, now);
        self.tx.insert_process(&process).await?;
        self.record("audit.app.process.create", self::data(&process, None)).await?;
        self.say(crate::process::added(&process.kind));
        Ok(process)
    }

    async fn update_process(&mut self, process: Process, change: &UpdateProcess) -> Result<Process, Fault> {
        let (settings, metadata) = (&self.call.ports.settings.processes, process.metadata.clone());
        let (quotas, now) = (&self.quotas, self.call.ports.now());
        let updated = process.clone().updated(change, self.is_deploying, settings, quotas, metadata, now);
        let updated = updated.map_err(refused)?;
        if (Process { updated_at: process.updated_at, ..updated.clone() }) == process {
            return Ok(process);
        }
        self.tx.update_process(&updated).await?;
        let request = update_request(&updated.kind, change);
        self.record("audit.app.process.update", data(&updated, Some(request))).await?;
        self.say(format!("Updating process: \"{}\"", updated.kind));
        Ok(updated)
    }

    async fn scale_process(
        &mut self,
        process: Process,
        change: &ScaleProcess,
        sidecars: &[Sidecar],
    ) -> Result<(), Fault> {
        let (settings, now) = (&self.call.ports.settings.processes, self.call.ports.now());
        let scaled = process.clone().scaled(change, self.is_deploying, settings, sidecars, &self.quotas, now);
        let scaled = scaled.map_err(refused)?;
        if (Process { updated_at: process.updated_at, ..scaled.clone() }) == process {
            return Ok(());
        }
        self.tx.update_process(&scaled).await?;
        let (before, after) = (process.usage(), scaled.usage());
        self.quotas = std::mem::take(&mut self.quotas).using(|usage| usage.without(before).and(after));
        self.record("audit.app.process.scale", data(&scaled, Some(scale_request(change)))).await?;
        self.say(format!("Scaling process: \"{}\"", scaled.kind));
        Ok(())
    }
}

fn refused(error: ProcessError) -> Fault {
    Fault::unprocessable(error.to_string())
}

fn data(process: &Process, request: Option<Value>) -> Value {
    let mut data = json!({ "process_guid": process.guid.as_str(), "process_type": process.kind.as_str() });
    if let (Some(data), Some(request)) = (data.as_object_mut(), request) {
        data.insert("request".to_owned(), request);
    }
    data
}

/// The members of a request that are there.
#[derive(Default)]
struct Members(Map<String, Value>);

impl Members {
    fn put<T: Into<Value>>(&mut self, name: &str, patch: Patch<T>) {
        let value = match patch {
            Patch::Absent => return,
            Patch::Null => Value::Null,
            Patch::Value(value) => value.into(),
        };
        self.0.insert(name.to_owned(), value);
    }

    fn check<K>(&mut self, prefix: &str, check: &HealthCheckUpdate<K>, kind: Option<&'static str>) {
        let seconds = |patch: &Patch<Seconds>| patch.clone().map(Seconds::get);
        let endpoint = check.endpoint.as_ref().map(Endpoint::as_str);
        self.put(&format!("{prefix}health_check_type"), kind.map_or(Patch::Absent, Patch::Value));
        self.put(&format!("{prefix}health_check_timeout"), seconds(&check.timeout));
        self.put(&format!("{prefix}health_check_invocation_timeout"), seconds(&check.invocation_timeout));
        self.put(&format!("{prefix}health_check_interval"), seconds(&check.interval));
        self.put(&format!("{prefix}health_check_endpoint"), endpoint);
    }
}

fn update_request(kind: &ProcessType, change: &UpdateProcess) -> Value {
    let mut members = Members::default();
    members.put("type", Patch::Value(kind.as_str()));
    if !change.command.is_absent() {
        members.put("command", Patch::Value(HIDDEN));
    }
    members.put("user", change.user.clone());
    members.check("", &change.health_check, change.health_check.kind.map(HealthCheckKind::as_str));
    members.check(
        "readiness_",
        &change.readiness_check,
        change.readiness_check.kind.map(ReadinessKind::as_str),
    );
    Value::Object(members.0)
}

fn scale_request(change: &ScaleProcess) -> Value {
    let mut members = Members::default();
    let given = |number: Option<i64>| number.map_or(Patch::Absent, Patch::Value);
    members.put("instances", given(change.instances.map(|i| i64::from(i.get()))));
    members.put("memory_in_mb", given(change.memory.map(|m| i64::from(m.get()))));
    members.put("disk_in_mb", given(change.disk.map(|d| i64::from(d.get()))));
    members.put("log_rate_limit_in_bytes_per_second", given(change.log_rate.map(LogRate::get)));
    Value::Object(members.0)
}
