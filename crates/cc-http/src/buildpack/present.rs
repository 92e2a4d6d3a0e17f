//! How a buildpack is shown.

use crate::wire::{self, Link, Links, Metadata};
use cc_domain::buildpack as entity;
use serde::Serialize;

#[derive(Serialize)]
pub struct Buildpack<'a> {
    guid: &'a str,
    created_at: String,
    updated_at: String,
    name: &'a str,
    stack: Option<&'a str>,
    state: &'static str,
    lifecycle: &'static str,
    filename: Option<&'a str>,
    position: u32,
    enabled: bool,
    locked: bool,
    metadata: Metadata<'a>,
    links: Own,
}

#[derive(Serialize)]
struct Own {
    #[serde(rename = "self")]
    itself: Link,
    upload: Link,
}

pub fn buildpack<'a>(links: &Links, b: &'a entity::Buildpack) -> Buildpack<'a> {
    let own = format!("/v3/buildpacks/{}", b.guid);
    Buildpack {
        guid: b.guid.as_str(),
        created_at: wire::time(b.created_at),
        updated_at: wire::time(b.updated_at),
        name: b.name.as_str(),
        stack: b.stack.as_deref(),
        state: b.state().as_str(),
        lifecycle: b.lifecycle.as_str(),
        filename: b.filename.as_deref(),
        position: b.position,
        enabled: b.is_enabled,
        locked: b.is_locked,
        metadata: Metadata(&b.metadata),
        links: Own { upload: links.action(&format!("{own}/upload"), "POST"), itself: links.link(&own) },
    }
}
