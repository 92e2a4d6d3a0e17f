//! How a space is shown.

use crate::wire::{self, Link, Links, Metadata, ToOne};
use cc_domain::space as entity;
use serde::Serialize;

#[derive(Serialize)]
pub struct Space<'a> {
    guid: &'a str,
    created_at: String,
    updated_at: String,
    name: &'a str,
    suspended: bool,
    relationships: Relationships<'a>,
    metadata: Metadata<'a>,
    links: Own,
}

#[derive(Serialize)]
struct Relationships<'a> {
    organization: ToOne<'a>,
    quota: ToOne<'a>,
}

#[derive(Serialize)]
struct Own {
    #[serde(rename = "self")]
    itself: Link,
    organization: Link,
    features: Link,
    apply_manifest: Link,
    #[serde(skip_serializing_if = "Option::is_none")]
    quota: Option<Link>,
}

pub fn space<'a>(links: &Links, s: &'a entity::Space) -> Space<'a> {
    let own = format!("/v3/spaces/{}", s.guid);
    Space {
        guid: s.guid.as_str(),
        created_at: wire::time(s.created_at),
        updated_at: wire::time(s.updated_at),
        name: s.name.as_str(),
        suspended: s.is_suspended(),
        relationships: Relationships {
            organization: ToOne::some(&s.organization),
            quota: ToOne::maybe(s.quota.as_ref()),
        },
        metadata: Metadata(&s.metadata),
        links: Own {
            organization: links.link(&format!("/v3/organizations/{}", s.organization)),
            features: links.link(&format!("{own}/features")),
            apply_manifest: links.action(&format!("{own}/actions/apply_manifest"), "POST"),
            quota: s.quota.as_ref().map(|q| links.link(&format!("/v3/space_quotas/{q}"))),
            itself: links.link(&own),
        },
    }
}
