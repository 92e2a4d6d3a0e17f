//! How a revision is shown.

use crate::wire::{self, Link, Links, Metadata, OfApp};
use cc_domain::process::ProcessType;
use cc_domain::quantity::Megabytes;
use cc_domain::revision as entity;
use serde::{Serialize, Serializer};

#[derive(Serialize)]
pub struct Revision<'a> {
    guid: &'a str,
    version: u32,
    droplet: Droplet<'a>,
    processes: Commands<'a>,
    sidecars: Vec<Sidecar<'a>>,
    description: &'a str,
    relationships: OfApp<'a>,
    created_at: String,
    updated_at: String,
    links: Own,
    metadata: Metadata<'a>,
    deployable: bool,
}

#[derive(Serialize)]
struct Droplet<'a> {
    guid: &'a str,
}

/// `{"web":{"command":…},…}`, in the order of the processes.
struct Commands<'a>(&'a [(ProcessType, Option<String>)]);

impl Serialize for Commands<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shown<'a> {
            command: Option<&'a str>,
        }
        let shown =
            self.0.iter().map(|(kind, command)| (kind.as_str(), Shown { command: command.as_deref() }));
        serializer.collect_map(shown)
    }
}

#[derive(Serialize)]
struct Sidecar<'a> {
    name: &'a str,
    command: &'a str,
    memory_in_mb: Option<u32>,
    process_types: Vec<&'a str>,
}

#[derive(Serialize)]
struct Own {
    #[serde(rename = "self")]
    itself: Link,
    app: Link,
    environment_variables: Link,
}

pub fn revision<'a>(links: &Links, r: &'a entity::Revision) -> Revision<'a> {
    let own = format!("/v3/revisions/{}", r.guid);
    let sidecars = r.sidecars.iter().map(|s| Sidecar {
        name: &s.name,
        command: &s.command,
        memory_in_mb: s.memory.map(Megabytes::get),
        process_types: s.process_types.iter().map(ProcessType::as_str).collect(),
    });
    Revision {
        guid: r.guid.as_str(),
        version: r.version,
        droplet: Droplet { guid: r.droplet.as_str() },
        processes: Commands(&r.commands),
        sidecars: sidecars.collect(),
        description: &r.description,
        relationships: OfApp::new(&r.app),
        created_at: wire::time(r.created_at),
        updated_at: wire::time(r.updated_at),
        links: Own {
            app: links.link(&format!("/v3/apps/{}", r.app)),
            environment_variables: links.link(&format!("{own}/environment_variables")),
            itself: links.link(&own),
        },
        metadata: Metadata(&r.metadata),
        deployable: r.is_deployable,
    }
}
