//! Desired work, complete: what the domain builders compute once and an adapter translates.

use super::artifact::Artifact;
use super::key::{BuildId, Fingerprint, ProcessKey, TaskId};
use crate::app::App;
use crate::guid::Guid;
use crate::organization::Organization;
use crate::space::Space;
use std::collections::BTreeMap;
use std::fmt;

/// Environment variables in order; of two with one name the later wins. Holds credentials: its `Debug` shows
/// names only.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Env(pub Vec<(String, String)>);

impl fmt::Debug for Env {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

/// A file that the container finds below `/etc/cf-service-bindings`. Holds credentials: its `Debug` shows the path
/// only.
#[derive(Clone, PartialEq, Eq)]
pub struct MountedFile {
    /// Relative, as in `my-db/password`.
    pub path: String,
    pub content: Vec<u8>,
}

impl fmt::Debug for MountedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MountedFile").field("path", &self.path).finish_non_exhaustive()
    }
}

/// Whose work it is. Logs go to the app's guid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    pub org: Guid<Organization>,
    pub org_name: String,
    pub space: Guid<Space>,
    pub space_name: String,
    pub app: Guid<App>,
    pub app_name: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    pub memory_mb: u32,
    pub disk_mb: u32,
    /// Bytes a second; -1 is unlimited, 0 lets nothing through.
    pub log_rate: i64,
    /// Open files.
    pub fds: u64,
    pub pids: u32,
    /// 1 to 100 (diego 2.14).
    pub cpu_weight: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Image {
    Stack(String),
    Docker { reference: String },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifecycle {
    Buildpack,
    Cnb,
    Docker,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Placement {
    pub isolation_segment: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommandKind {
    App,
    Sidecar {
        name: String,
        /// Its own limit in megabytes, if it has one.
        memory_mb: Option<u32>,
    },
}

/// One program of an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    pub kind: CommandKind,
    /// Empty: the one that staging recorded in the droplet.
    pub start: String,
    pub execution_metadata: String,
    /// diego 2.7, steps 1 to 3; the engine adds ports and instance variables.
    pub env: Env,
    /// Source type of its lines, as in `APP/PROC/WEB`.
    pub log_source: String,
}

/// One check of a port; `http` is the path that has to answer 200. Zero means the engine's default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    pub http: Option<String>,
    pub port: u16,
    pub timeout_ms: u64,
    pub interval_ms: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ports {
    None,
    List(Vec<u16>),
    Range(u16, u16),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EgressRule {
    pub protocol: String,
    pub destinations: Vec<String>,
    pub ports: Ports,
    pub icmp: Option<(i32, i32)>,
    pub log: bool,
    /// Guids of the security groups it comes from.
    pub groups: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpRoute {
    /// Host and path, as in `app.example.com/path`.
    pub hostname: String,
    pub port: u16,
    /// `http1` or `http2`.
    pub protocol: String,
    pub route_service_url: Option<String>,
    pub isolation_segment: Option<String>,
    pub options: serde_json::Map<String, serde_json::Value>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TcpRoute {
    pub router_group: String,
    pub external_port: u16,
    pub container_port: u16,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InternalRoute {
    pub hostname: String,
}

/// What Diego emits to its routers; the local edge reads routes from the database and ignores them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Routes {
    pub http: Vec<HttpRoute>,
    pub tcp: Vec<TcpRoute>,
    pub internal: Vec<InternalRoute>,
}

/// Value of a tag on every line and metric of the work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tag {
    Static(String),
    Index,
    InstanceGuid,
}

/// One version of a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessSpec {
    pub key: ProcessKey,
    pub fingerprint: Fingerprint,
    pub owner: Owner,
    /// `web`, `worker`, …
    pub process_type: String,
    pub instances: u32,
    pub lifecycle: Lifecycle,
    pub image: Image,
    /// None only for docker.
    pub droplet: Option<Artifact>,
    pub container_env: Env,
    /// The app first, then its sidecars.
    pub commands: Vec<Command>,
    pub ssh: bool,
    /// Container ports; empty for a process without any.
    pub ports: Vec<u16>,
    /// Zero means the engine's default of 60 s.
    pub start_timeout_ms: u64,
    /// Empty: running once started.
    pub liveness: Vec<Check>,
    /// Empty: routable once running.
    pub readiness: Vec<Check>,
    /// Of the whole instance, sidecars included.
    pub limits: Limits,
    pub egress: Vec<EgressRule>,
    pub routes: Routes,
    pub tags: BTreeMap<String, Tag>,
    pub placement: Placement,
    pub files: Vec<MountedFile>,
}

/// Everything that changes in place, without new containers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessPatch {
    pub key: ProcessKey,
    pub fingerprint: Fingerprint,
    pub instances: u32,
    pub routes: Routes,
    pub tags: BTreeMap<String, Tag>,
}

/// A one-off command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskSpec {
    pub task: TaskId,
    pub owner: Owner,
    pub name: String,
    pub command: Command,
    pub lifecycle: Lifecycle,
    pub image: Image,
    /// None only for docker.
    pub droplet: Option<Artifact>,
    pub container_env: Env,
    pub limits: Limits,
    pub egress: Vec<EgressRule>,
    pub tags: BTreeMap<String, Tag>,
    pub placement: Placement,
    pub files: Vec<MountedFile>,
}

/// Staging of a package to a droplet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildSpec {
    pub build: BuildId,
    pub owner: Owner,
    pub lifecycle: Lifecycle,
    pub image: Image,
    pub package: Artifact,
    /// What the previous build of the app on this stack left behind.
    pub cache: Option<Artifact>,
    /// In order. Those detected, if `skip_detect` is false; all run otherwise.
    pub buildpacks: Vec<Artifact>,
    pub skip_detect: bool,
    pub env: Env,
    pub limits: Limits,
    pub egress: Vec<EgressRule>,
    /// Zero means the engine's default of 900 s.
    pub timeout_ms: u64,
    /// Handed back in the outcome: start the app when the build ends.
    pub start_after: bool,
    pub tags: BTreeMap<String, Tag>,
    pub placement: Placement,
    pub files: Vec<MountedFile>,
}

impl Image {
    /// Name of the stack; None for an image.
    pub fn stack(&self) -> Option<&str> {
        match self {
            Self::Stack(name) => Some(name),
            Self::Docker { .. } => None,
        }
    }
}
