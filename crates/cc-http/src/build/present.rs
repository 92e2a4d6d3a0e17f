//! How a build is shown.

use crate::app::present::{Lifecycle, lifecycle};
use crate::wire::{self, Link, Links, Metadata, OfApp};
use cc_domain::build as entity;
use serde::Serialize;

#[derive(Serialize)]
pub struct Build<'a> {
    guid: &'a str,
    created_at: String,
    updated_at: String,
    state: &'static str,
    staging_memory_in_mb: u32,
    staging_disk_in_mb: u32,
    staging_log_rate_limit_bytes_per_second: i64,
    error: Option<&'a str>,
    lifecycle: Lifecycle<'a>,
    package: Reference<'a>,
    droplet: Option<Reference<'a>>,
    created_by: Creator<'a>,
    relationships: OfApp<'a>,
    metadata: Metadata<'a>,
    links: Own,
}

#[derive(Serialize)]
struct Reference<'a> {
    guid: &'a str,
}

#[derive(Serialize)]
struct Creator<'a> {
    guid: &'a str,
    name: &'a str,
    email: Option<&'a str>,
}

#[derive(Serialize)]
struct Own {
    #[serde(rename = "self")]
    itself: Link,
    app: Link,
    #[serde(skip_serializing_if = "Option::is_none")]
    droplet: Option<Link>,
}

pub fn build<'a>(links: &Links, b: &'a entity::Build) -> Build<'a> {
    Build {
        guid: b.guid.as_str(),
        created_at: wire::time(b.created_at),
        updated_at: wire::time(b.updated_at),
        state: b.state.as_str(),
        staging_memory_in_mb: b.staging.memory.get(),
        staging_disk_in_mb: b.staging.disk.get(),
        staging_log_rate_limit_bytes_per_second: b.staging.log_rate.get(),
        error: b.error.as_deref(),
        lifecycle: lifecycle(&b.lifecycle),
        package: Reference { guid: b.package.as_str() },
        droplet: b.droplet.as_ref().map(|d| Reference { guid: d.as_str() }),
        created_by: Creator {
            guid: &b.created_by.guid,
            name: &b.created_by.name,
            email: b.created_by.email.as_deref(),
        },
        relationships: OfApp::new(&b.app),
        metadata: Metadata(&b.metadata),
        links: Own {
            itself: links.link(&format!("/v3/builds/{}", b.guid)),
            app: links.link(&format!("/v3/apps/{}", b.app)),
            droplet: b.droplet.as_ref().map(|d| links.link(&format!("/v3/droplets/{d}"))),
        },
    }
}
