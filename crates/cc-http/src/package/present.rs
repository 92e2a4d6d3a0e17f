//! How a package is shown.

use crate::wire::{self, Link, Links, Metadata, OfApp};
use cc_domain::package as entity;
use cc_domain::package::PackageContent;
use serde::Serialize;

/// What stands for a password.
pub const REDACTED: &str = "***";

#[derive(Serialize)]
pub struct Package<'a> {
    guid: &'a str,
    created_at: String,
    updated_at: String,
    #[serde(rename = "type")]
    kind: &'static str,
    data: Data<'a>,
    state: &'static str,
    relationships: OfApp<'a>,
    metadata: Metadata<'a>,
    links: Own,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Data<'a> {
    Bits { error: Option<&'a str>, checksum: Checksum<'a> },
    Docker { image: &'a str, username: Option<&'a str>, password: Option<&'static str> },
}

#[derive(Serialize)]
struct Checksum<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    value: Option<&'a str>,
}

#[derive(Serialize)]
struct Own {
    #[serde(rename = "self")]
    itself: Link,
    #[serde(skip_serializing_if = "Option::is_none")]
    upload: Option<Link>,
    #[serde(skip_serializing_if = "Option::is_none")]
    download: Option<Link>,
    app: Link,
}

pub fn package<'a>(links: &Links, p: &'a entity::Package) -> Package<'a> {
    let own = format!("/v3/packages/{}", p.guid);
    let has_bits = matches!(p.content, PackageContent::Bits { .. });
    let data = match &p.content {
        PackageContent::Bits { digests } => Data::Bits {
            error: p.error.as_deref(),
            checksum: Checksum { kind: "sha256", value: digests.as_ref().map(|d| d.sha256.as_str()) },
        },
        PackageContent::Docker { image, username, .. } => Data::Docker {
            image,
            username: username.as_deref(),
            password: username.as_ref().map(|_| REDACTED),
        },
    };
    Package {
        guid: p.guid.as_str(),
        created_at: wire::time(p.created_at),
        updated_at: wire::time(p.updated_at),
        kind: p.kind().as_str(),
        data,
        state: p.state.as_str(),
        relationships: OfApp::new(&p.app),
        metadata: Metadata(&p.metadata),
        links: Own {
            upload: has_bits.then(|| links.action(&format!("{own}/upload"), "POST")),
            download: has_bits.then(|| links.link(&format!("{own}/download"))),
            app: links.link(&format!("/v3/apps/{}", p.app)),
            itself: links.link(&own),
        },
    }
}
