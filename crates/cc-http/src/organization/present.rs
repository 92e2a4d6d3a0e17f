//! How an organization is shown.

use crate::wire::{self, Link, Links, Metadata, ToOne};
use cc_domain::organization as entity;
use serde::Serialize;

#[derive(Serialize)]
pub struct Organization<'a> {
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
    quota: ToOne<'a>,
}

#[derive(Serialize)]
struct Own {
    #[serde(rename = "self")]
    itself: Link,
    domains: Link,
    default_domain: Link,
    quota: Link,
}

pub fn organization<'a>(links: &Links, o: &'a entity::Organization) -> Organization<'a> {
    let own = format!("/v3/organizations/{}", o.guid);
    Organization {
        guid: o.guid.as_str(),
        created_at: wire::time(o.created_at),
        updated_at: wire::time(o.updated_at),
        name: o.name.as_str(),
        suspended: o.is_suspended(),
        relationships: Relationships { quota: ToOne::some(&o.quota) },
        metadata: Metadata(&o.metadata),
        links: Own {
            domains: links.link(&format!("{own}/domains")),
            default_domain: links.link(&format!("{own}/domains/default")),
            quota: links.link(&format!("/v3/organization_quotas/{}", o.quota)),
            itself: links.link(&own),
        },
    }
}
