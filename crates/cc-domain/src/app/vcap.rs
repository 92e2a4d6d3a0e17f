//! The environment that staging and running get, and what `/env` shows (domain-rules 13, diego 2.7).

use super::environment::as_text;
use super::{App, EnvironmentVariables};
use crate::build::Build;
use crate::organization::Organization;
use crate::process::{Process, ProcessSettings};
use crate::route::Route;
use crate::runtime::{Env, Owner};
use crate::sidecar::{Sidecar, memory_of};
use crate::space::Space;
use crate::task::Task;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Everything around an app that its environment tells of. No `Debug`: it holds variables.
#[derive(Clone, Copy)]
pub struct AppContext<'a> {
    pub app: &'a App,
    pub space: &'a Space,
    pub organization: &'a Organization,
    /// All with a destination in the app.
    pub routes: &'a [Route],
    pub sidecars: &'a [Sidecar],
    /// The app's own.
    pub variables: &'a EnvironmentVariables,
    /// The group `running` or `staging`, as fits.
    pub group: &'a EnvironmentVariables,
    /// External address of the API.
    pub api_url: &'a str,
    /// Open files.
    pub fds: u64,
}

/// What `/env` shows. No `Debug`: it holds variables.
#[derive(Clone)]
pub struct AppEnvironment {
    pub staging: EnvironmentVariables,
    pub running: EnvironmentVariables,
    pub variables: EnvironmentVariables,
    /// `VCAP_SERVICES`; hidden from those who may not see secrets.
    pub system: Map<String, Value>,
    /// `VCAP_APPLICATION`.
    pub application: Map<String, Value>,
}

/// Whose numbers `VCAP_APPLICATION` tells.
enum Work<'a> {
    Description,
    Process { process: &'a Process, memory: u32 },
    Build(&'a Build),
    Task { task: &'a Task, disk: u32 },
}

impl AppContext<'_> {
    pub fn owner(&self) -> Owner {
        Owner {
            org: self.organization.guid.clone(),
            org_name: self.organization.name.to_string(),
            space: self.space.guid.clone(),
            space_name: self.space.name.to_string(),
            app: self.app.guid.clone(),
            app_name: self.app.name.to_string(),
        }
    }

    /// Of a process, or of one of its sidecars: the group, the app's variables over it, then what the platform says.
    pub fn running_env(&self, process: &Process, sidecar: Option<&Sidecar>) -> Env {
        let own = u64::from(process.memory.get()).saturating_sub(memory_of(self.sidecars, &process.kind));
        let (limit, shown) = match sidecar {
            None => (u32::try_from(own).unwrap_or(u32::MAX), process.memory.get()),
            Some(sidecar) => {
                let memory = sidecar.memory.unwrap_or(process.memory).get();
                (memory, memory)
            }
        };
        let mut env = Merged::of([self.group, self.variables]);
        env.set("VCAP_APPLICATION", &self.application_json(&Work::Process { process, memory: shown }));
        env.set("MEMORY_LIMIT", &format!("{limit}m"));
        self.add_services(&mut env);
        env.into()
    }

    /// Of a build: the group, the app's variables, those of the request, the stack, then what the platform says.
    pub fn staging_env(&self, build: &Build, request: &EnvironmentVariables, stack: Option<&str>) -> Env {
        let mut env = Merged::of([self.group, self.variables, request]);
        if let Some(stack) = stack {
            env.set("CF_STACK", stack);
        }
        env.set("VCAP_APPLICATION", &self.application_json(&Work::Build(build)));
        env.set("MEMORY_LIMIT", &format!("{}m", build.staging.memory));
        self.add_services(&mut env);
        env.into()
    }

    /// Of a task: the group, the app's variables over it, then what the platform says, which tells of the default disk.
    pub fn task_env(&self, task: &Task, settings: &ProcessSettings) -> Env {
        let mut env = Merged::of([self.group, self.variables]);
        let work = Work::Task { task, disk: settings.default_disk.get() };
        env.set("VCAP_APPLICATION", &self.application_json(&work));
        env.set("MEMORY_LIMIT", &format!("{}m", task.memory));
        self.add_services(&mut env);
        env.into()
    }

    /// What `/env` shows; `self.group` is not used.
    pub fn described(
        &self,
        staging: &EnvironmentVariables,
        running: &EnvironmentVariables,
    ) -> AppEnvironment {
        AppEnvironment {
            staging: staging.clone(),
            running: running.clone(),
            variables: self.variables.clone(),
            system: Map::from_iter([self.services()].map(|(name, value)| (name.to_owned(), value))),
            application: Map::from_iter([(
                "VCAP_APPLICATION".to_owned(),
                Value::Object(self.application(&Work::Description)),
            )]),
        }
    }

    /// No service can be bound yet, so there are none to tell of.
    fn services(&self) -> (&'static str, Value) {
        if self.app.features.service_binding_k8s {
            ("SERVICE_BINDING_ROOT", json!("/etc/cf-service-bindings"))
        } else if self.app.features.file_based_vcap_services {
            ("VCAP_SERVICES_FILE_PATH", json!("/etc/cf-service-bindings/vcap_services"))
        } else {
            ("VCAP_SERVICES", json!({}))
        }
    }

    fn add_services(&self, env: &mut Merged) {
        let (name, value) = self.services();
        env.set(name, &as_text(&value));
    }

    fn application_json(&self, work: &Work<'_>) -> String {
        Value::Object(self.application(work)).to_string()
    }

    fn application(&self, work: &Work<'_>) -> Map<String, Value> {
        let mut limits = Map::from_iter([("fds".to_owned(), json!(self.fds))]);
        let sizes = match work {
            Work::Description => None,
            Work::Process { process, memory } => Some((*memory, process.disk.get())),
            Work::Build(build) => Some((build.staging.memory.get(), build.staging.disk.get())),
            Work::Task { task, disk } => Some((task.memory.get(), *disk)),
        };
        if let Some((memory, disk)) = sizes {
            limits.insert("mem".to_owned(), json!(memory));
            limits.insert("disk".to_owned(), json!(disk));
        }
        let uris: Vec<String> = self.routes.iter().map(Route::url).collect();
        let mut map = Map::new();
        let mut put = |name: &str, value: Value| map.insert(name.to_owned(), value);
        put("cf_api", json!(self.api_url));
        put("limits", Value::Object(limits));
        put("application_name", json!(self.app.name.as_str()));
        put("application_uris", json!(uris));
        put("name", json!(self.app.name.as_str()));
        put("space_name", json!(self.space.name.as_str()));
        put("space_id", json!(self.space.guid.as_str()));
        put("organization_id", json!(self.organization.guid.as_str()));
        put("organization_name", json!(self.organization.name.as_str()));
        put("uris", json!(uris));
        if let Work::Process { process, .. } = work {
            put("process_id", json!(process.guid.as_str()));
            put("process_type", json!(process.kind.as_str()));
        } else {
            put("users", Value::Null);
        }
        put("application_id", json!(self.app.guid.as_str()));
        let version = match work {
            Work::Description => None,
            Work::Process { process, .. } => Some(process.version.as_str()),
            Work::Build(build) => Some(build.guid.as_str()),
            Work::Task { task, .. } => Some(task.guid.as_str()),
        };
        if let Some(version) = version {
            put("version", json!(version));
            put("application_version", json!(version));
        }
        map
    }
}

/// Variables in the order of their first mention, with the value of the last.
#[derive(Default)]
struct Merged {
    order: Vec<String>,
    values: BTreeMap<String, String>,
}

impl Merged {
    fn of<const N: usize>(layers: [&EnvironmentVariables; N]) -> Self {
        let mut merged = Self::default();
        for (name, value) in layers.iter().flat_map(|layer| layer.iter()) {
            merged.set(name, &value);
        }
        merged
    }

    fn set(&mut self, name: &str, value: &str) {
        if self.values.insert(name.to_owned(), value.to_owned()).is_none() {
            self.order.push(name.to_owned());
        }
    }
}

impl From<Merged> for Env {
    fn from(mut merged: Merged) -> Self {
        let order = std::mem::take(&mut merged.order);
        Self(order.into_iter().filter_map(|name| merged.values.remove_entry(&name)).collect())
    }
}
