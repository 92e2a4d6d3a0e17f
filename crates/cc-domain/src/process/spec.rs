//! A process as an engine gets it (diego 2.2 to 2.7).

use super::{Endpoint, HealthCheckKind, Process, ProcessSettings, ReadinessKind, Seconds};
use crate::app::AppContext;
use crate::blob::BlobKey;
use crate::droplet::Droplet;
use crate::lifecycle::LifecycleKind;
use crate::quantity::{LogRate, Megabytes};
use crate::route::destination::{DEFAULT_PORT, ports_of};
use crate::route::protocol::RouteProtocol;
use crate::route::{Destination, Route};
use crate::runtime::{
    self, Artifact, ArtifactKind, Check, Checksum, Command, CommandKind, Env, Fingerprint, HttpRoute, Image,
    InternalRoute, InvalidId, Limits, Placement, ProcessKey, ProcessPatch, ProcessSpec, Tag, TcpRoute,
};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What the operator sets for all work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineSettings {
    /// Open files.
    pub fds: u64,
    pub pids: u32,
    /// Where an app names none.
    pub default_stack: String,
    pub staging_timeout: Seconds,
}

impl Default for EngineSettings {
    fn default() -> Self {
        Self {
            fds: 16_384,
            pids: 1_024,
            default_stack: "cflinuxfs4".to_owned(),
            staging_timeout: Seconds::new(900).expect("within bounds"),
        }
    }
}

impl EngineSettings {
    /// What a container of an app may take.
    pub fn limits(&self, memory: Megabytes, disk: Megabytes, log_rate: LogRate) -> Limits {
        Limits {
            memory_mb: memory.get(),
            disk_mb: disk.get(),
            log_rate: log_rate.get(),
            fds: self.fds,
            pids: self.pids,
            cpu_weight: cpu_weight(memory),
        }
    }
}

/// Share of a core by memory: 1 to 100.
pub fn cpu_weight(memory: Megabytes) -> u32 {
    100 * memory.get().clamp(128, 8_192) / 8_192
}

impl Process {
    pub fn key(&self) -> Result<ProcessKey, InvalidId> {
        ProcessKey::new(self.guid.clone(), self.version.as_str())
    }

    /// The whole of it for an engine.
    pub fn spec(
        &self,
        context: &AppContext<'_>,
        droplet: &Droplet,
        settings: &ProcessSettings,
        engine: &EngineSettings,
    ) -> Result<ProcessSpec, InvalidId> {
        let patch = self.patch(context, droplet)?;
        let ports = self.open_ports(context.routes, droplet);
        let timeout = self.health_check.timeout.unwrap_or(settings.default_health_check_timeout);
        let is_docker = droplet.lifecycle == LifecycleKind::Docker;
        Ok(ProcessSpec {
            key: patch.key,
            fingerprint: patch.fingerprint,
            owner: context.owner(),
            process_type: self.kind.to_string(),
            instances: patch.instances,
            lifecycle: engine_lifecycle(droplet.lifecycle),
            image: image(context, droplet, engine),
            droplet: (!is_docker).then(|| artifact(droplet)),
            container_env: container_env(droplet.lifecycle),
            commands: self.commands(context, droplet),
            ssh: context.app.features.ssh && context.space.is_ssh_allowed,
            start_timeout_ms: u64::from(timeout.get()) * 1_000,
            liveness: self.liveness(&ports),
            readiness: self.readiness(&ports),
            ports,
            limits: engine.limits(self.memory, self.disk, self.log_rate),
            egress: Vec::new(),
            routes: patch.routes,
            tags: patch.tags,
            placement: Placement::default(),
            files: Vec::new(),
        })
    }

    /// What of it changes in place.
    pub fn patch(&self, context: &AppContext<'_>, droplet: &Droplet) -> Result<ProcessPatch, InvalidId> {
        let instances = if self.is_started() { self.instances.get() } else { 0 };
        let routes = self.engine_routes(context.routes, droplet);
        let tags = self.tags(context);
        let shown = format!("{instances}{routes:?}{tags:?}");
        let fingerprint = Fingerprint(format!("{instances}-{:016x}", fnv1a(shown.as_bytes())));
        Ok(ProcessPatch { key: self.key()?, fingerprint, instances, routes, tags })
    }

    /// Those its destinations name; else what the image says; else 8080 for `web`.
    pub fn open_ports(&self, routes: &[Route], droplet: &Droplet) -> Vec<u16> {
        let mut ports = ports_of(routes.iter().flat_map(|r| &r.destinations), &self.app, &self.kind);
        if ports.is_empty() {
            ports.clone_from(&self.ports);
        }
        if ports.is_empty() && droplet.lifecycle == LifecycleKind::Docker {
            ports = image_ports(&droplet.execution_metadata);
        }
        if ports.is_empty() && self.kind.is_web() {
            ports.push(DEFAULT_PORT);
        }
        ports
    }

    fn commands(&self, context: &AppContext<'_>, droplet: &Droplet) -> Vec<Command> {
        let kind = self.kind.as_str().to_uppercase();
        let start = match droplet.lifecycle {
            LifecycleKind::Docker => self.command.as_deref(),
            LifecycleKind::Buildpack | LifecycleKind::Cnb => self.effective_command(Some(droplet)),
        };
        let app = Command {
            kind: CommandKind::App,
            start: start.unwrap_or_default().to_owned(),
            execution_metadata: droplet.execution_metadata.clone(),
            env: context.running_env(self, None),
            log_source: format!("APP/PROC/{kind}"),
        };
        let sidecars =
            context.sidecars.iter().filter(|s| s.process_types.contains(&self.kind)).map(|s| Command {
                kind: CommandKind::Sidecar { name: s.name.clone(), memory_mb: s.memory.map(Megabytes::get) },
                start: s.command.clone(),
                execution_metadata: droplet.execution_metadata.clone(),
                env: context.running_env(self, Some(s)),
                log_source: format!("APP/PROC/{kind}/SIDECAR/{}", s.name.to_uppercase()),
            });
        std::iter::once(app).chain(sidecars).collect()
    }

    fn liveness(&self, ports: &[u16]) -> Vec<Check> {
        let check = &self.health_check;
        let http = match check.kind {
            HealthCheckKind::Process | HealthCheckKind::None => return Vec::new(),
            HealthCheckKind::Port => None,
            HealthCheckKind::Http => Some(target(check.endpoint.as_ref())),
        };
        checks(http, ports, check.invocation_timeout, check.interval)
    }

    fn readiness(&self, ports: &[u16]) -> Vec<Check> {
        let check = &self.readiness_check;
        let http = match check.kind {
            ReadinessKind::Process => return Vec::new(),
            ReadinessKind::Port => None,
            ReadinessKind::Http => Some(target(check.endpoint.as_ref())),
        };
        checks(http, ports, check.invocation_timeout, check.interval)
    }

    fn engine_routes(&self, routes: &[Route], droplet: &Droplet) -> runtime::Routes {
        let mut answer = runtime::Routes::default();
        let first_port = self.open_ports(routes, droplet).first().copied().unwrap_or(DEFAULT_PORT);
        for route in routes {
            let ours = |d: &&Destination| d.app == self.app && d.process_type == self.kind;
            for destination in route.destinations.iter().filter(ours) {
                let port = destination.port.unwrap_or(first_port);
                match (route.protocol(), route.domain.is_internal) {
                    (_, true) => answer.internal.push(InternalRoute { hostname: route.fqdn() }),
                    (RouteProtocol::Tcp, false) => answer.tcp.push(TcpRoute {
                        router_group: route.domain.router_group.clone().unwrap_or_default(),
                        external_port: route.port.unwrap_or_default(),
                        container_port: port,
                    }),
                    (RouteProtocol::Http, false) => answer.http.push(HttpRoute {
                        hostname: format!("{}{}", route.fqdn(), route.path),
                        port,
                        protocol: destination.protocol.to_string(),
                        route_service_url: None,
                        isolation_segment: None,
                        options: route.options.entries().map(|(k, v)| (k.to_owned(), v.into())).collect(),
                    }),
                }
            }
        }
        answer.internal.dedup();
        answer
    }

    fn tags(&self, context: &AppContext<'_>) -> BTreeMap<String, Tag> {
        let mut tags = owner_tags(context);
        for (name, value) in [
            ("process_id", Tag::Static(self.guid.to_string())),
            ("process_type", Tag::Static(self.kind.to_string())),
            ("process_instance_id", Tag::InstanceGuid),
            ("instance_id", Tag::Index),
        ] {
            tags.insert(name.to_owned(), value);
        }
        tags
    }
}

/// The tags that all work of an app has.
pub(crate) fn owner_tags(context: &AppContext<'_>) -> BTreeMap<String, Tag> {
    let owner = context.owner();
    [
        ("source_id", owner.app.to_string()),
        ("app_id", owner.app.to_string()),
        ("app_name", owner.app_name),
        ("space_id", owner.space.to_string()),
        ("space_name", owner.space_name),
        ("organization_id", owner.org.to_string()),
        ("organization_name", owner.org_name),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), Tag::Static(value)))
    .collect()
}

pub(crate) fn engine_lifecycle(kind: LifecycleKind) -> runtime::Lifecycle {
    match kind {
        LifecycleKind::Buildpack => runtime::Lifecycle::Buildpack,
        LifecycleKind::Cnb => runtime::Lifecycle::Cnb,
        LifecycleKind::Docker => runtime::Lifecycle::Docker,
    }
}

pub(crate) fn container_env(kind: LifecycleKind) -> Env {
    match kind {
        LifecycleKind::Buildpack | LifecycleKind::Cnb => {
            Env(vec![("LANG".to_owned(), "en_US.UTF-8".to_owned())])
        }
        LifecycleKind::Docker => Env::default(),
    }
}

/// What a droplet runs in.
pub(crate) fn image(context: &AppContext<'_>, droplet: &Droplet, engine: &EngineSettings) -> Image {
    match &droplet.image {
        Some(reference) if droplet.lifecycle == LifecycleKind::Docker => {
            Image::Docker { reference: reference.clone() }
        }
        _ => {
            let stack = droplet.stack.as_deref().or_else(|| context.app.lifecycle.stack());
            Image::Stack(stack.unwrap_or(&engine.default_stack).to_owned())
        }
    }
}

pub(crate) fn artifact(droplet: &Droplet) -> Artifact {
    Artifact {
        kind: ArtifactKind::Droplet(droplet.guid.clone()),
        blob_key: BlobKey::droplet(&droplet.guid).into(),
        checksum: droplet.digests.as_ref().map(|d| Checksum::Sha256(d.sha256.clone())),
        custom_url: None,
    }
}

/// What an http check asks for.
fn target(endpoint: Option<&Endpoint>) -> String {
    endpoint.map_or_else(|| "/".to_owned(), Endpoint::target)
}

/// One for each port; an http check is of the first port only.
fn checks(
    http: Option<String>,
    ports: &[u16],
    timeout: Option<Seconds>,
    interval: Option<Seconds>,
) -> Vec<Check> {
    let ms = |seconds: Option<Seconds>| seconds.map_or(0, |s| u64::from(s.get()) * 1_000);
    let count = if http.is_some() { 1 } else { ports.len() };
    let check = |port: &u16| Check {
        http: http.clone(),
        port: *port,
        timeout_ms: ms(timeout),
        interval_ms: ms(interval),
    };
    ports.iter().take(count).map(check).collect()
}

/// The tcp ports an image exposes, as the docker lifecycle recorded them.
fn image_ports(execution_metadata: &str) -> Vec<u16> {
    #[derive(Default, Deserialize)]
    struct Metadata {
        #[serde(default)]
        ports: Option<Vec<Port>>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Port {
        port: u16,
        protocol: String,
    }
    let metadata: Metadata = serde_json::from_str(execution_metadata).unwrap_or_default();
    metadata.ports.unwrap_or_default().into_iter().filter(|p| p.protocol == "tcp").map(|p| p.port).collect()
}

/// A short digest that stays the same between versions of this program; not for security.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
pub(crate) mod tests;
