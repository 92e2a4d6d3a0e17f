//! How a deployment is shown.

use crate::wire::{self, Link, Links, Metadata, OfApp};
use cc_domain::deployment::{self as entity, DeploymentStrategy};
use cc_domain::guid::Guid;
use cc_domain::process::ProcessType;
use cc_domain::quantity::{InstanceCount, LogRate, Megabytes};
use serde::Serialize;

#[derive(Serialize)]
pub struct Deployment<'a> {
    guid: &'a str,
    created_at: String,
    updated_at: String,
    status: Status<'a>,
    strategy: &'static str,
    options: Options,
    droplet: Reference<'a>,
    previous_droplet: Reference<'a>,
    new_processes: Vec<NewProcess<'a>>,
    revision: Option<Revision<'a>>,
    relationships: OfApp<'a>,
    metadata: Metadata<'a>,
    links: Own,
}

#[derive(Serialize)]
struct Status<'a> {
    value: &'static str,
    reason: &'static str,
    details: Details<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    canary: Option<Canary>,
}

#[derive(Serialize)]
struct Details<'a> {
    last_successful_healthcheck: String,
    last_status_change: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
}

#[derive(Serialize)]
struct Canary {
    steps: CanarySteps,
}

#[derive(Serialize)]
struct CanarySteps {
    current: Option<u32>,
    total: usize,
}

#[derive(Serialize)]
struct Options {
    max_in_flight: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    web_instances: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    memory_in_mb: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    disk_in_mb: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    log_rate_limit_in_bytes_per_second: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    canary: Option<CanaryOptions>,
}

#[derive(Serialize)]
struct CanaryOptions {
    steps: Vec<Step>,
}

#[derive(Serialize)]
struct Step {
    instance_weight: u8,
}

#[derive(Serialize)]
struct Reference<'a> {
    guid: Option<&'a str>,
}

#[derive(Serialize)]
struct NewProcess<'a> {
    guid: &'a str,
    r#type: &'static str,
}

#[derive(Serialize)]
struct Revision<'a> {
    guid: &'a str,
    version: u32,
}

#[derive(Serialize)]
struct Own {
    #[serde(rename = "self")]
    itself: Link,
    app: Link,
    #[serde(skip_serializing_if = "Option::is_none")]
    cancel: Option<Link>,
    #[serde(rename = "continue", skip_serializing_if = "Option::is_none")]
    resume: Option<Link>,
}

fn status(d: &entity::Deployment) -> Status<'_> {
    let entity::Status { value, reason } = d.status();
    // Without steps there is one.
    let total = d.options.canary_steps.as_ref().map_or(1, Vec::len);
    let steps = CanarySteps { current: d.canary_step, total };
    Status {
        value,
        reason,
        details: Details {
            last_successful_healthcheck: wire::time(d.last_healthy_at),
            last_status_change: wire::time(d.status_changed_at),
            error: d.error.as_deref(),
        },
        canary: (d.strategy == DeploymentStrategy::Canary).then_some(Canary { steps }),
    }
}

fn options(options: &entity::DeploymentOptions) -> Options {
    let step = |weight: &entity::Weight| Step { instance_weight: weight.get() };
    Options {
        max_in_flight: options.max_in_flight,
        web_instances: options.web_instances.map(InstanceCount::get),
        memory_in_mb: options.memory.map(Megabytes::get),
        disk_in_mb: options.disk.map(Megabytes::get),
        log_rate_limit_in_bytes_per_second: options.log_rate.map(LogRate::get),
        canary: options
            .canary_steps
            .as_ref()
            .map(|steps| CanaryOptions { steps: steps.iter().map(step).collect() }),
    }
}

pub fn deployment<'a>(links: &Links, d: &'a entity::Deployment) -> Deployment<'a> {
    let action = |may: bool, action| {
        may.then(|| links.action(&format!("/v3/deployments/{}/actions/{action}", d.guid), "POST"))
    };
    Deployment {
        guid: d.guid.as_str(),
        created_at: wire::time(d.created_at),
        updated_at: wire::time(d.updated_at),
        status: status(d),
        strategy: d.strategy.as_str(),
        options: options(&d.options),
        droplet: Reference { guid: d.droplet.as_ref().map(Guid::as_str) },
        previous_droplet: Reference { guid: d.previous_droplet.as_ref().map(Guid::as_str) },
        new_processes: d
            .web_process
            .iter()
            .map(|process| NewProcess { guid: process.as_str(), r#type: ProcessType::WEB })
            .collect(),
        revision: d
            .revision
            .as_ref()
            .map(|(guid, version)| Revision { guid: guid.as_str(), version: *version }),
        relationships: OfApp::new(&d.app),
        metadata: Metadata(&d.metadata),
        links: Own {
            itself: links.link(&format!("/v3/deployments/{}", d.guid)),
            app: links.link(&format!("/v3/apps/{}", d.app)),
            cancel: action(d.state.is_active(), "cancel"),
            resume: action(d.state == entity::DeploymentState::Paused, "continue"),
        },
    }
}
