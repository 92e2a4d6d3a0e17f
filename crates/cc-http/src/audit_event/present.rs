//! How an audit event is shown.

use crate::wire::{self, Link, Links};
use cc_domain::audit_event as entity;
use cc_domain::guid::Guid;
use serde::Serialize;
use serde_json::Value;

#[derive(Serialize)]
pub struct AuditEvent<'a> {
    guid: &'a str,
    created_at: String,
    updated_at: String,
    #[serde(rename = "type")]
    kind: &'a str,
    actor: Party<'a>,
    target: Party<'a>,
    data: &'a Value,
    space: Option<Place<'a>>,
    organization: Option<Place<'a>>,
    links: Own,
}

#[derive(Serialize)]
struct Party<'a> {
    guid: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    name: &'a str,
}

#[derive(Serialize)]
struct Place<'a> {
    guid: &'a str,
}

#[derive(Serialize)]
struct Own {
    #[serde(rename = "self")]
    itself: Link,
}

pub fn audit_event<'a>(links: &Links, e: &'a entity::AuditEvent) -> AuditEvent<'a> {
    AuditEvent {
        guid: e.guid.as_str(),
        created_at: wire::time(e.created_at),
        updated_at: wire::time(e.created_at),
        kind: &e.kind,
        actor: party(&e.actor),
        target: party(&e.target),
        data: &e.data,
        space: e.space.as_ref().and_then(place),
        organization: e.organization.as_ref().and_then(place),
        links: Own { itself: links.link(&format!("/v3/audit_events/{}", e.guid)) },
    }
}

fn party(p: &entity::Party) -> Party<'_> {
    Party { guid: &p.guid, kind: &p.kind, name: &p.name }
}

/// An empty guid is none.
fn place<T>(guid: &Guid<T>) -> Option<Place<'_>> {
    (!guid.as_str().is_empty()).then_some(Place { guid: guid.as_str() })
}
