//! How a space quota is shown.

use crate::quota::{Apps, Routes, Services};
use crate::wire::{self, Link, Links, ToMany, ToOne};
use cc_domain::space_quota as entity;
use serde::Serialize;

#[derive(Serialize)]
pub struct SpaceQuota<'a> {
    guid: &'a str,
    created_at: String,
    updated_at: String,
    name: &'a str,
    apps: Apps,
    services: Services,
    routes: Routes,
    relationships: Relationships<'a>,
    links: Own,
}

#[derive(Serialize)]
struct Relationships<'a> {
    organization: ToOne<'a>,
    spaces: ToMany<'a>,
}

#[derive(Serialize)]
struct Own {
    #[serde(rename = "self")]
    itself: Link,
    organization: Link,
}

pub fn space_quota<'a>(links: &Links, q: &'a entity::SpaceQuota) -> SpaceQuota<'a> {
    let limits = &q.limits;
    SpaceQuota {
        guid: q.guid.as_str(),
        created_at: wire::time(q.created_at),
        updated_at: wire::time(q.updated_at),
        name: q.name.as_str(),
        apps: limits.into(),
        services: limits.into(),
        routes: limits.into(),
        relationships: Relationships {
            organization: ToOne::some(&q.organization),
            spaces: ToMany::of(&q.spaces),
        },
        links: Own {
            itself: links.link(&format!("/v3/space_quotas/{}", q.guid)),
            organization: links.link(&format!("/v3/organizations/{}", q.organization)),
        },
    }
}
