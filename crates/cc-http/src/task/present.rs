//! How a task is shown.

use crate::wire::{self, Link, Links, Metadata, OfApp};
use cc_domain::task as domain;
use serde::Serialize;

#[derive(Serialize)]
pub struct Task<'a> {
    guid: &'a str,
    created_at: String,
    updated_at: String,
    sequence_id: i64,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<&'a str>,
    user: Option<&'a str>,
    state: &'static str,
    memory_in_mb: u32,
    disk_in_mb: u32,
    log_rate_limit_in_bytes_per_second: i64,
    result: Outcome<'a>,
    droplet_guid: &'a str,
    relationships: OfApp<'a>,
    metadata: Metadata<'a>,
    links: Own,
}

#[derive(Serialize)]
struct Outcome<'a> {
    failure_reason: Option<&'a str>,
}

#[derive(Serialize)]
struct Own {
    #[serde(rename = "self")]
    itself: Link,
    app: Link,
    cancel: Link,
    droplet: Link,
}

pub fn task<'a>(links: &Links, t: &'a domain::Task, sees_secrets: bool) -> Task<'a> {
    Task {
        guid: t.guid.as_str(),
        created_at: wire::time(t.created_at),
        updated_at: wire::time(t.updated_at),
        sequence_id: t.sequence_id,
        name: &t.name,
        command: sees_secrets.then_some(&t.command),
        user: t.runs_as(),
        state: t.state.as_str(),
        memory_in_mb: t.memory.get(),
        disk_in_mb: t.disk.get(),
        log_rate_limit_in_bytes_per_second: t.log_rate.get(),
        result: Outcome { failure_reason: t.failure_reason.as_deref() },
        droplet_guid: t.droplet.as_str(),
        relationships: OfApp::new(&t.app),
        metadata: Metadata(&t.metadata),
        links: Own {
            itself: links.link(&format!("/v3/tasks/{}", t.guid)),
            app: links.link(&format!("/v3/apps/{}", t.app)),
            cancel: links.action(&format!("/v3/tasks/{}/actions/cancel", t.guid), "POST"),
            droplet: links.link(&format!("/v3/droplets/{}", t.droplet)),
        },
    }
}
