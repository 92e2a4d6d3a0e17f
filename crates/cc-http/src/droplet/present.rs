//! How a droplet is shown.

use crate::wire::{self, Link, Links, Metadata, OfApp};
use cc_domain::app::LifecycleKind;
use cc_domain::audit_event::HIDDEN;
use cc_domain::buildpack::url;
use cc_domain::droplet as entity;
use cc_domain::droplet::DropletState;
use serde::Serialize;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// What stands for commands in lists.
const HIDDEN_IN_LISTS: &str = "[PRIVATE DATA HIDDEN IN LISTS]";

/// Whether execution metadata and commands are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secrets {
    Shown,
    Hidden,
    HiddenInList,
}

impl Secrets {
    pub fn for_reader(sees_secrets: bool) -> Self {
        if sees_secrets { Self::Shown } else { Self::Hidden }
    }

    fn censored(self) -> Option<&'static str> {
        match self {
            Self::Shown => None,
            Self::Hidden => Some(HIDDEN),
            Self::HiddenInList => Some(HIDDEN_IN_LISTS),
        }
    }
}

#[derive(Serialize)]
pub struct Droplet<'a> {
    guid: &'a str,
    created_at: String,
    updated_at: String,
    state: &'static str,
    error: Option<&'a str>,
    lifecycle: Lifecycle,
    checksum: Option<Checksum<'a>>,
    buildpacks: Option<Vec<Receipt<'a>>>,
    stack: Option<&'a str>,
    image: Option<&'a str>,
    execution_metadata: &'a str,
    process_types: Map<String, Value>,
    relationships: OfApp<'a>,
    metadata: Metadata<'a>,
    links: Own,
}

#[derive(Serialize)]
struct Lifecycle {
    #[serde(rename = "type")]
    kind: &'static str,
    data: NoData,
}

/// `{}`
#[derive(Serialize)]
struct NoData {}

#[derive(Serialize)]
struct Checksum<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    value: &'a str,
}

#[derive(Serialize)]
struct Receipt<'a> {
    name: Cow<'a, str>,
    detect_output: Option<&'a str>,
    buildpack_name: Option<&'a str>,
    version: Option<&'a str>,
}

#[derive(Serialize)]
struct Own {
    #[serde(rename = "self")]
    itself: Link,
    app: Link,
    assign_current_droplet: Link,
    #[serde(skip_serializing_if = "Option::is_none")]
    package: Option<Link>,
    #[serde(skip_serializing_if = "Option::is_none")]
    upload: Option<Link>,
    #[serde(skip_serializing_if = "Option::is_none")]
    download: Option<Link>,
}

pub fn droplet<'a>(links: &Links, d: &'a entity::Droplet, secrets: Secrets) -> Droplet<'a> {
    let process_types = match secrets.censored() {
        Some(text) => Map::from_iter([("redacted_message".to_owned(), text.into())]),
        None => d.process_types.iter().map(|(kind, command)| (kind.to_string(), command.into())).collect(),
    };
    Droplet {
        guid: d.guid.as_str(),
        created_at: wire::time(d.created_at),
        updated_at: wire::time(d.updated_at),
        state: d.state.as_str(),
        error: d.error.as_deref(),
        lifecycle: Lifecycle { kind: d.lifecycle.as_str(), data: NoData {} },
        checksum: d.digests.as_ref().map(|d| Checksum { kind: "sha256", value: &d.sha256 }),
        buildpacks: (d.lifecycle != LifecycleKind::Docker)
            .then(|| d.buildpacks.iter().map(buildpack).collect()),
        stack: d.stack.as_deref(),
        image: d.image.as_deref(),
        execution_metadata: secrets.censored().unwrap_or(&d.execution_metadata),
        process_types,
        relationships: OfApp::new(&d.app),
        metadata: Metadata(&d.metadata),
        links: own(links, d),
    }
}

fn buildpack(receipt: &entity::BuildpackReceipt) -> Receipt<'_> {
    Receipt {
        name: url::shown(&receipt.name),
        detect_output: receipt.detect_output.as_deref(),
        buildpack_name: receipt.buildpack_name.as_deref(),
        version: receipt.version.as_deref(),
    }
}

fn own(links: &Links, d: &entity::Droplet) -> Own {
    let own = format!("/v3/droplets/{}", d.guid);
    let app = format!("/v3/apps/{}", d.app);
    let has_bits = d.state == DropletState::Staged && d.lifecycle == LifecycleKind::Buildpack;
    Own {
        assign_current_droplet: links.action(&format!("{app}/relationships/current_droplet"), "PATCH"),
        package: d.package.as_ref().map(|p| links.link(&format!("/v3/packages/{p}"))),
        upload: (d.state == DropletState::AwaitingUpload)
            .then(|| links.action(&format!("{own}/upload"), "POST")),
        download: has_bits.then(|| links.link(&format!("{own}/download"))),
        app: links.link(&app),
        itself: links.link(&own),
    }
}
