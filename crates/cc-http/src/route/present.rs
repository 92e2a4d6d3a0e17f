//! How a route and its destinations are shown.

use crate::wire::{self, Link, Links, Metadata, ToOne};
use cc_domain::route as entity;
use cc_domain::route::destination::DEFAULT_PORT;
use serde::Serialize;
use serde_json::{Map, Value};

#[derive(Serialize)]
pub struct Route<'a> {
    guid: &'a str,
    created_at: String,
    updated_at: String,
    protocol: &'static str,
    host: &'a str,
    path: &'a str,
    port: Option<u16>,
    url: String,
    destinations: Vec<Destination<'a>>,
    options: Map<String, Value>,
    metadata: Metadata<'a>,
    relationships: Relationships<'a>,
    links: Own,
}

#[derive(Serialize)]
struct Relationships<'a> {
    space: ToOne<'a>,
    domain: ToOne<'a>,
}

#[derive(Serialize)]
struct Own {
    #[serde(rename = "self")]
    itself: Link,
    space: Link,
    destinations: Link,
    domain: Link,
}

/// A destination within its route.
#[derive(Serialize)]
pub struct Destination<'a> {
    guid: &'a str,
    app: App<'a>,
    weight: Option<u8>,
    port: u16,
    protocol: &'static str,
    created_at: String,
    updated_at: String,
}

#[derive(Serialize)]
struct App<'a> {
    guid: &'a str,
    process: Process<'a>,
}

#[derive(Serialize)]
struct Process<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
}

/// All destinations of a route, or one with the same links.
#[derive(Serialize)]
pub struct Destinations<'a> {
    destinations: Vec<Destination<'a>>,
    links: OfRoute,
}

#[derive(Serialize)]
struct OfRoute {
    #[serde(rename = "self")]
    itself: Link,
    route: Link,
}

#[derive(Serialize)]
pub struct OneDestination<'a> {
    #[serde(flatten)]
    destination: Destination<'a>,
    links: OfDestination,
}

#[derive(Serialize)]
struct OfDestination {
    destinations: Link,
    route: Link,
}

pub fn route<'a>(links: &Links, r: &'a entity::Route) -> Route<'a> {
    let own = path(&r.guid);
    let options: Map<_, _> = r.options.entries().map(|(k, v)| (k.to_owned(), Value::from(v))).collect();
    Route {
        guid: r.guid.as_str(),
        created_at: wire::time(r.created_at),
        updated_at: wire::time(r.updated_at),
        protocol: r.protocol().as_str(),
        host: r.host.as_str(),
        path: r.path.as_str(),
        port: r.port,
        url: r.url(),
        destinations: r.destinations.iter().map(destination).collect(),
        options,
        metadata: Metadata(&r.metadata),
        relationships: Relationships { space: ToOne::some(&r.space), domain: ToOne::some(&r.domain.guid) },
        links: Own {
            space: links.link(&format!("/v3/spaces/{}", r.space)),
            destinations: links.link(&format!("{own}/destinations")),
            domain: links.link(&format!("/v3/domains/{}", r.domain.guid)),
            itself: links.link(&own),
        },
    }
}

/// A port that is left to the image is shown as the usual one.
fn destination(d: &entity::Destination) -> Destination<'_> {
    Destination {
        guid: d.guid.as_str(),
        app: App { guid: d.app.as_str(), process: Process { kind: d.process_type.as_str() } },
        weight: d.weight,
        port: d.port.unwrap_or(DEFAULT_PORT),
        protocol: d.protocol.as_str(),
        created_at: wire::time(d.created_at),
        updated_at: wire::time(d.updated_at),
    }
}

/// Those of the route's destinations that `wanted` lets through.
pub fn destinations<'a>(
    links: &Links,
    r: &'a entity::Route,
    wanted: impl Fn(&entity::Destination) -> bool,
) -> Destinations<'a> {
    let own = path(&r.guid);
    Destinations {
        destinations: r.destinations.iter().filter(|d| wanted(d)).map(destination).collect(),
        links: OfRoute { itself: links.link(&format!("{own}/destinations")), route: links.link(&own) },
    }
}

pub fn one_destination<'a>(
    links: &Links,
    route: &cc_domain::guid::Guid<entity::Route>,
    d: &'a entity::Destination,
) -> OneDestination<'a> {
    let own = path(route);
    OneDestination {
        destination: destination(d),
        links: OfDestination {
            destinations: links.link(&format!("{own}/destinations")),
            route: links.link(&own),
        },
    }
}

fn path(route: &cc_domain::guid::Guid<entity::Route>) -> String {
    format!("/v3/routes/{route}")
}
