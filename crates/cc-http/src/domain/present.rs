//! How a domain is shown.

use crate::wire::{self, Link, Links, Metadata, ToMany, ToOne};
use cc_domain::domain as domain_rules;
use cc_domain::domain::DomainKind;
use cc_domain::guid::Guid;
use cc_domain::organization::Organization;
use serde::Serialize;

#[derive(Serialize)]
pub struct Domain<'a> {
    guid: &'a str,
    created_at: String,
    updated_at: String,
    name: &'a str,
    internal: bool,
    router_group: Option<RouterGroup<'a>>,
    supported_protocols: [&'static str; 1],
    relationships: Relationships<'a>,
    metadata: Metadata<'a>,
    links: Own,
}

#[derive(Serialize)]
struct RouterGroup<'a> {
    guid: &'a str,
}

#[derive(Serialize)]
struct Relationships<'a> {
    organization: ToOne<'a>,
    shared_organizations: ToMany<'a>,
}

#[derive(Serialize)]
struct Own {
    #[serde(rename = "self")]
    itself: Link,
    route_reservations: Link,
    #[serde(skip_serializing_if = "Option::is_none")]
    organization: Option<Link>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shared_organizations: Option<Link>,
}

pub fn domain<'a>(links: &Links, d: &'a domain_rules::Domain) -> Domain<'a> {
    let own = format!("/v3/domains/{}", d.guid);
    Domain {
        guid: d.guid.as_str(),
        created_at: wire::time(d.created_at),
        updated_at: wire::time(d.updated_at),
        name: d.name.as_str(),
        internal: d.is_internal(),
        router_group: d.router_group().map(|guid| RouterGroup { guid }),
        supported_protocols: [d.protocol().as_str()],
        relationships: Relationships {
            organization: ToOne::maybe(d.owner()),
            shared_organizations: shared_organizations(d),
        },
        metadata: Metadata(&d.metadata),
        links: Own {
            route_reservations: links.link(&format!("{own}/route_reservations")),
            organization: d.owner().map(|o| links.link(&format!("/v3/organizations/{o}"))),
            shared_organizations: d
                .owner()
                .map(|_| links.link(&format!("{own}/relationships/shared_organizations"))),
            itself: links.link(&own),
        },
    }
}

/// The organizations that a domain is shared with, alone.
pub fn shared_organizations(d: &domain_rules::Domain) -> ToMany<'_> {
    let guids: &[Guid<Organization>] = match &d.kind {
        DomainKind::Private { shared_with, .. } => shared_with,
        DomainKind::Shared { .. } => &[],
    };
    ToMany::of(guids)
}
