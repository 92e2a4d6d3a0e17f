//! How a process and its instances are shown.

use crate::wire::{self, Link, Links, Metadata, ToOne};
use cc_domain::audit_event::HIDDEN;
use cc_domain::guid::Guid;
use cc_domain::process as entity;
use cc_domain::process::stats::{InstanceStats, InstanceStatus};
use cc_domain::process::{Endpoint, HealthCheckKind, ReadinessKind, Seconds};
use cc_domain::runtime::PortMap;
use cc_domain::space::Space;
use cc_domain::time::Timestamp;
use serde::Serialize;

/// What stands for the command in lists.
const HIDDEN_IN_LISTS: &str = "[PRIVATE DATA HIDDEN IN LISTS]";

/// How much is shown of what the process runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command<'a> {
    Shown(&'a str),
    HiddenInList,
}

impl<'a> Command<'a> {
    pub fn for_reader(command: Option<&'a str>, sees_secrets: bool) -> Self {
        Self::Shown(if sees_secrets { command.unwrap_or_default() } else { HIDDEN })
    }
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the API's names")]
pub struct Process<'a> {
    guid: &'a str,
    created_at: String,
    updated_at: String,
    version: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    command: &'a str,
    user: &'a str,
    instances: u32,
    memory_in_mb: u32,
    disk_in_mb: u32,
    log_rate_limit_in_bytes_per_second: i64,
    health_check: Check,
    readiness_health_check: Check,
    #[serde(skip_serializing_if = "Option::is_none")]
    process_instances: Option<Vec<Instance>>,
    relationships: Relationships<'a>,
    metadata: Metadata<'a>,
    links: Own,
}

#[derive(Serialize)]
struct Check {
    #[serde(rename = "type")]
    kind: &'static str,
    data: CheckData,
}

#[derive(Serialize)]
struct CheckData {
    #[serde(skip_serializing_if = "Shown::is_left_out")]
    timeout: Shown<u32>,
    invocation_timeout: Option<u32>,
    interval: Option<u32>,
    #[serde(skip_serializing_if = "Shown::is_left_out")]
    endpoint: Shown<String>,
}

/// A member that one kind of check has, maybe as null, and another has not at all.
enum Shown<T> {
    LeftOut,
    As(Option<T>),
}

impl<T> Shown<T> {
    fn is_left_out(&self) -> bool {
        matches!(self, Self::LeftOut)
    }
}

impl<T: Serialize> Serialize for Shown<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::LeftOut => serializer.serialize_none(),
            Self::As(value) => value.serialize(serializer),
        }
    }
}

#[derive(Serialize)]
struct Relationships<'a> {
    app: ToOne<'a>,
    revision: Option<ToOne<'a>>,
}

#[derive(Serialize)]
struct Own {
    #[serde(rename = "self")]
    itself: Link,
    scale: Link,
    app: Link,
    space: Link,
    stats: Link,
    process_instances: Link,
}

fn endpoint(e: Option<&Endpoint>) -> Shown<String> {
    Shown::As(e.map(|e| e.as_str().to_owned()))
}

fn health_check(check: &entity::HealthCheck) -> Check {
    Check {
        kind: check.kind.as_str(),
        data: CheckData {
            timeout: Shown::As(check.timeout.map(Seconds::get)),
            invocation_timeout: check.invocation_timeout.map(Seconds::get),
            interval: check.interval.map(Seconds::get),
            endpoint: match check.kind {
                HealthCheckKind::Http => endpoint(check.endpoint.as_ref()),
                _ => Shown::LeftOut,
            },
        },
    }
}

fn readiness_check(check: &entity::ReadinessCheck) -> Check {
    Check {
        kind: check.kind.as_str(),
        data: CheckData {
            timeout: Shown::LeftOut,
            invocation_timeout: check.invocation_timeout.map(Seconds::get),
            interval: check.interval.map(Seconds::get),
            endpoint: match check.kind {
                ReadinessKind::Http => endpoint(check.endpoint.as_ref()),
                _ => Shown::LeftOut,
            },
        },
    }
}

pub fn process<'a>(
    links: &Links,
    p: &'a entity::Process,
    space: &Guid<Space>,
    default_user: &'a str,
    command: Command<'a>,
    instances: Option<&[InstanceStats]>,
) -> Process<'a> {
    let own = format!("/v3/processes/{}", p.guid);
    let command = match command {
        Command::HiddenInList => HIDDEN_IN_LISTS,
        Command::Shown(command) => command,
    };
    Process {
        guid: p.guid.as_str(),
        created_at: wire::time(p.created_at),
        updated_at: wire::time(p.updated_at),
        version: p.version.as_str(),
        kind: p.kind.as_str(),
        command,
        user: p.user.as_deref().unwrap_or(default_user),
        instances: p.instances.get(),
        memory_in_mb: p.memory.get(),
        disk_in_mb: p.disk.get(),
        log_rate_limit_in_bytes_per_second: p.log_rate.get(),
        health_check: health_check(&p.health_check),
        readiness_health_check: readiness_check(&p.readiness_check),
        process_instances: instances.map(|all| all.iter().map(instance).collect()),
        relationships: Relationships {
            app: ToOne::some(&p.app),
            revision: p.revision.as_ref().map(ToOne::some),
        },
        metadata: Metadata(&p.metadata),
        links: Own {
            scale: links.action(&format!("{own}/actions/scale"), "POST"),
            app: links.link(&format!("/v3/apps/{}", p.app)),
            space: links.link(&format!("/v3/spaces/{space}")),
            stats: links.link(&format!("{own}/stats")),
            process_instances: links.link(&format!("{own}/process_instances")),
            itself: links.link(&own),
        },
    }
}

/// One instance in `process_instances`.
#[derive(Serialize)]
pub struct Instance {
    index: u32,
    state: &'static str,
    /// Whole seconds in this state.
    since: Option<i64>,
}

pub fn instance(i: &InstanceStats) -> Instance {
    let is_unknown = matches!(i.status, InstanceStatus::Down | InstanceStatus::Stopping);
    let since = (!is_unknown).then_some(i.uptime);
    Instance { index: i.index, state: i.status.as_str(), since }
}

/// One instance in `/stats`.
#[derive(Serialize)]
pub struct Stats<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    index: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    instance_guid: Option<&'a str>,
    state: &'static str,
    routable: Option<bool>,
    #[serde(flatten)]
    place: Option<Place<'a>>,
    uptime: i64,
    #[serde(flatten)]
    limits: Option<Limits>,
    isolation_segment: Option<&'a str>,
    details: Option<&'a str>,
    #[serde(flatten)]
    in_use: Option<InUse>,
}

/// This, [`Limits`] and [`InUse`] are what only an instance that is somewhere has.
#[derive(Serialize)]
struct Place<'a> {
    host: &'a str,
    instance_internal_ip: &'a str,
}

#[derive(Serialize)]
struct Limits {
    mem_quota: u64,
    disk_quota: u64,
    log_rate_limit: i64,
    fds_quota: u64,
}

#[derive(Serialize)]
struct InUse {
    instance_ports: Vec<Port>,
    usage: Usage,
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the API's names")]
struct Port {
    external: Option<u16>,
    internal: u16,
    external_tls_proxy_port: Option<u16>,
    internal_tls_proxy_port: Option<u16>,
}

/// `{}` until something was measured.
#[derive(Serialize, Default)]
struct Usage {
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cpu: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cpu_entitlement: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mem: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    disk: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    log_rate: Option<u64>,
}

/// Open files of an instance.
const FDS: u64 = 16_384;

pub fn stats<'a>(p: &'a entity::Process, i: &'a InstanceStats, now: Timestamp) -> Stats<'a> {
    let port = |port: &PortMap| Port {
        external: Some(port.host),
        internal: port.container,
        external_tls_proxy_port: port.host_tls,
        internal_tls_proxy_port: port.container_tls,
    };
    let place = i.place.as_ref();
    Stats {
        kind: p.kind.as_str(),
        index: i.index,
        instance_guid: place.and_then(|place| place.guid.as_deref()),
        state: i.status.as_str(),
        routable: i.routable,
        place: place.map(|place| Place { host: &place.host, instance_internal_ip: &place.internal_ip }),
        uptime: i.uptime,
        limits: place.map(|_| Limits {
            mem_quota: p.memory.bytes(),
            disk_quota: p.disk.bytes(),
            log_rate_limit: p.log_rate.get(),
            fds_quota: FDS,
        }),
        isolation_segment: i.isolation_segment.as_deref(),
        details: i.details.as_deref(),
        in_use: place.map(|place| InUse {
            instance_ports: place.ports.iter().map(port).collect(),
            usage: place.usage.as_ref().map(|u| usage(u, now)).unwrap_or_default(),
        }),
    }
}

fn usage(u: &cc_domain::runtime::Usage, now: Timestamp) -> Usage {
    Usage {
        time: Some(format!(
            "{}.{:06}+00:00",
            wire::time(now).trim_end_matches('Z'),
            now.micros().rem_euclid(1_000_000)
        )),
        cpu: Some(u.cpu),
        cpu_entitlement: u.cpu_entitlement,
        mem: Some(u.memory),
        disk: Some(u.disk),
        log_rate: Some(u.log_rate),
    }
}
