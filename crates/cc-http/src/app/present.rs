//! How an app is shown.

use crate::wire::{self, Link, Links, Metadata, ToOne};
use cc_domain::app as entity;
use cc_domain::buildpack::url;
use cc_domain::guid::Guid;
use serde::Serialize;
use std::borrow::Cow;

#[derive(Serialize)]
pub struct App<'a> {
    guid: &'a str,
    created_at: String,
    updated_at: String,
    name: &'a str,
    state: &'static str,
    lifecycle: Lifecycle<'a>,
    relationships: Relationships<'a>,
    metadata: Metadata<'a>,
    links: Own,
}

/// `{"type":…,"data":…}`, also in builds and droplets.
#[derive(Serialize)]
pub struct Lifecycle<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    data: LifecycleData<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum LifecycleData<'a> {
    Buildpack {
        buildpacks: Vec<Cow<'a, str>>,
        stack: Option<&'a str>,
        /// That there are some, of registries.
        #[serde(skip_serializing_if = "Option::is_none")]
        credentials: Option<&'static str>,
    },
    Docker {},
}

#[derive(Serialize)]
struct Relationships<'a> {
    space: ToOne<'a>,
    current_droplet: CurrentDroplet<'a>,
}

/// Unlike other relationships it has an object where there is none: `{"data":{"guid":null}}`.
#[derive(Serialize)]
struct CurrentDroplet<'a> {
    data: CurrentDropletGuid<'a>,
}

#[derive(Serialize)]
struct CurrentDropletGuid<'a> {
    guid: Option<&'a str>,
}

#[derive(Serialize)]
struct Own {
    #[serde(rename = "self")]
    itself: Link,
    environment_variables: Link,
    space: Link,
    processes: Link,
    packages: Link,
    current_droplet: Link,
    droplets: Link,
    tasks: Link,
    start: Link,
    stop: Link,
    clear_buildpack_cache: Link,
    revisions: Link,
    deployed_revisions: Link,
    features: Link,
}

pub fn lifecycle(lifecycle: &entity::Lifecycle) -> Lifecycle<'_> {
    let data = match lifecycle {
        entity::Lifecycle::Docker => LifecycleData::Docker {},
        staged => {
            let buildpacks = staged.buildpacks().iter().map(|buildpack| url::shown(buildpack)).collect();
            let has_credentials = matches!(staged, entity::Lifecycle::Cnb { credentials: Some(_), .. });
            let credentials = has_credentials.then_some("***");
            LifecycleData::Buildpack { buildpacks, stack: staged.stack(), credentials }
        }
    };
    Lifecycle { kind: lifecycle.kind().as_str(), data }
}

pub fn app<'a>(links: &Links, a: &'a entity::App) -> App<'a> {
    let own = format!("/v3/apps/{}", a.guid);
    let under = |rest: &str| links.link(&format!("{own}/{rest}"));
    let action = |name: &str| links.action(&format!("{own}/actions/{name}"), "POST");
    App {
        guid: a.guid.as_str(),
        created_at: wire::time(a.created_at),
        updated_at: wire::time(a.updated_at),
        name: a.name.as_str(),
        state: a.state.as_str(),
        lifecycle: lifecycle(&a.lifecycle),
        relationships: Relationships {
            space: ToOne::some(&a.space),
            current_droplet: CurrentDroplet {
                data: CurrentDropletGuid { guid: a.droplet.as_ref().map(Guid::as_str) },
            },
        },
        metadata: Metadata(&a.metadata),
        links: Own {
            environment_variables: under("environment_variables"),
            space: links.link(&format!("/v3/spaces/{}", a.space)),
            processes: under("processes"),
            packages: under("packages"),
            current_droplet: under("droplets/current"),
            droplets: under("droplets"),
            tasks: under("tasks"),
            start: action("start"),
            stop: action("stop"),
            clear_buildpack_cache: action("clear_buildpack_cache"),
            revisions: under("revisions"),
            deployed_revisions: under("revisions/deployed"),
            features: under("features"),
            itself: links.link(&own),
        },
    }
}
