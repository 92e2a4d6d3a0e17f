//! How an isolation segment is shown.

use crate::wire::{self, Link, Links, Metadata};
use cc_domain::isolation_segment as domain;
use serde::Serialize;

#[derive(Serialize)]
pub struct IsolationSegment<'a> {
    guid: &'a str,
    created_at: String,
    updated_at: String,
    name: &'a str,
    metadata: Metadata<'a>,
    links: Own,
}

#[derive(Serialize)]
struct Own {
    #[serde(rename = "self")]
    itself: Link,
    organizations: Link,
}

pub fn isolation_segment<'a>(links: &Links, s: &'a domain::IsolationSegment) -> IsolationSegment<'a> {
    let own = format!("/v3/isolation_segments/{}", s.guid);
    IsolationSegment {
        guid: s.guid.as_str(),
        created_at: wire::time(s.created_at),
        updated_at: wire::time(s.updated_at),
        name: s.name.as_str(),
        metadata: Metadata(&s.metadata),
        links: Own { organizations: links.link(&format!("{own}/organizations")), itself: links.link(&own) },
    }
}
