//! An app as a manifest that would make it again.

use super::CurrentApp;
use crate::app::AppFeature;
use crate::buildpack::url;
use crate::lifecycle::Lifecycle;
use crate::metadata::Key;
use crate::process::process_type::ProcessType;
use crate::process::{Endpoint, HealthCheckKind, Process, Seconds, current};
use crate::quantity::{LogRate, Megabytes, format_bytes};
use crate::route::Route;
use crate::sidecar::Sidecar;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Keeps the order in which values are put, and leaves out those that are null.
#[derive(Default)]
struct Entry(Map<String, Value>);

impl Entry {
    fn put(&mut self, key: &str, value: impl Into<Value>) {
        let value = value.into();
        if !value.is_null() {
            self.0.insert(key.to_owned(), value);
        }
    }

    fn put_list(&mut self, key: &str, list: Vec<Value>) {
        if !list.is_empty() {
            self.put(key, list);
        }
    }
}

impl From<Entry> for Value {
    fn from(entry: Entry) -> Self {
        Self::Object(entry.0)
    }
}

/// The manifest of one app.
pub fn generate(current: &CurrentApp) -> Value {
    let app = &current.app;
    let mut entry = Entry::default();
    entry.put("name", app.name.as_str());
    let env: Map<String, Value> =
        current.environment.shown().map(|(k, v)| (k.to_owned(), v.clone())).collect();
    if !env.is_empty() {
        entry.put("env", env);
    }
    entry.put("lifecycle", app.lifecycle.kind().as_str());
    match &app.lifecycle {
        Lifecycle::Docker => {
            if let Some((image, username)) = &current.docker {
                let mut docker = Entry::default();
                docker.put("image", image.as_str());
                docker.put("username", username.clone());
                entry.put("docker", docker);
            }
        }
        Lifecycle::Buildpack { buildpacks, stack } | Lifecycle::Cnb { buildpacks, stack, .. } => {
            entry.put_list("buildpacks", buildpacks.iter().map(|b| json!(url::shown(b))).collect());
            entry.put("stack", stack.clone());
        }
    }
    let features = AppFeature::ALL.iter().map(|f| (f.as_str().to_owned(), f.of(&app.features).into()));
    entry.put("features", features.collect::<Map<_, _>>());
    entry.put_list("routes", routes(current));
    metadata(current, &mut entry);
    entry.put_list("processes", processes(&current.processes));
    let mut sidecars: Vec<&Sidecar> = current.sidecars.iter().collect();
    sidecars.sort_by(|a, b| a.name.cmp(&b.name));
    entry.put_list("sidecars", sidecars.into_iter().map(sidecar).collect());
    json!({ "applications": [Value::from(entry)] })
}

fn routes(current: &CurrentApp) -> Vec<Value> {
    let mut routes: Vec<&Route> = current.routes.iter().collect();
    routes.sort_by_key(|r| r.url().to_lowercase());
    let one = |route: &Route| {
        let mut entry = Entry::default();
        entry.put("route", route.url());
        let ours = route.destinations.iter().find(|d| d.app == current.app.guid);
        entry.put("protocol", ours.map(|d| d.protocol.as_str()));
        let options = route.options.entries().map(|(k, v)| (k.to_owned(), v.into()));
        entry.put("options", options.collect::<Map<_, _>>());
        Value::from(entry)
    };
    routes.into_iter().map(one).collect()
}

fn metadata(current: &CurrentApp, entry: &mut Entry) {
    fn map<V: Clone + Into<Value>>(group: &BTreeMap<Key, V>) -> Map<String, Value> {
        group.iter().map(|(k, v)| (k.to_string(), v.clone().into())).collect()
    }
    let metadata = &current.app.metadata;
    let mut groups = Entry::default();
    for (name, group) in [("labels", map(&metadata.labels)), ("annotations", map(&metadata.annotations))] {
        if !group.is_empty() {
            groups.put(name, group);
        }
    }
    if !groups.0.is_empty() {
        entry.put("metadata", groups);
    }
}

pub(super) fn megabytes(memory: Megabytes) -> String {
    format!("{memory}M")
}

pub(super) fn log_rate(rate: LogRate) -> Value {
    match rate.get() {
        rate @ -1 => rate.into(),
        rate => format_bytes(rate).into(),
    }
}

/// The newest process of each type, by type.
fn processes(processes: &[Process]) -> Vec<Value> {
    let types: BTreeSet<&ProcessType> = processes.iter().map(|p| &p.kind).collect();
    types.into_iter().filter_map(|kind| current(processes, kind)).map(process).collect()
}

fn process(process: &Process) -> Value {
    let seconds = |value: Option<Seconds>| value.map(Seconds::get);
    let (health, readiness) = (&process.health_check, &process.readiness_check);
    let kind = if health.kind == HealthCheckKind::None { HealthCheckKind::Process } else { health.kind };
    let mut entry = Entry::default();
    entry.put("type", process.kind.as_str());
    entry.put("instances", process.instances.get());
    entry.put("memory", megabytes(process.memory));
    entry.put("disk_quota", megabytes(process.disk));
    entry.put("log-rate-limit-per-second", log_rate(process.log_rate));
    entry.put("command", process.command.clone());
    entry.put("user", process.user.clone());
    entry.put("health-check-type", kind.as_str());
    let endpoint = health.endpoint.as_ref().filter(|_| kind == HealthCheckKind::Http);
    entry.put("health-check-http-endpoint", endpoint.map(Endpoint::as_str));
    entry.put("health-check-invocation-timeout", seconds(health.invocation_timeout));
    entry.put("health-check-interval", seconds(health.interval));
    entry.put("readiness-health-check-type", readiness.kind.as_str());
    let endpoint =
        readiness.endpoint.as_ref().filter(|_| readiness.kind == crate::process::ReadinessKind::Http);
    entry.put("readiness-health-check-http-endpoint", endpoint.map(Endpoint::as_str));
    entry.put("readiness-health-check-invocation-timeout", seconds(readiness.invocation_timeout));
    entry.put("readiness-health-check-interval", seconds(readiness.interval));
    entry.put("timeout", seconds(health.timeout));
    entry.into()
}

fn sidecar(sidecar: &Sidecar) -> Value {
    let mut entry = Entry::default();
    entry.put("name", sidecar.name.as_str());
    entry.put_list("process_types", sidecar.process_types.iter().map(|t| t.as_str().into()).collect());
    entry.put("command", sidecar.command.as_str());
    entry.put("memory", sidecar.memory.map(megabytes));
    entry.into()
}
