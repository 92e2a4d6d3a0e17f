//! How a security group is shown.

use crate::wire::{self, Link, Links, ToMany};
use cc_domain::security_group as domain;
use serde::Serialize;

#[derive(Serialize)]
pub struct SecurityGroup<'a> {
    guid: &'a str,
    created_at: String,
    updated_at: String,
    name: &'a str,
    rules: Vec<Rule<'a>>,
    globally_enabled: GloballyEnabled,
    relationships: Relationships<'a>,
    links: Own,
}

/// What was not given is not there.
#[derive(Serialize)]
struct Rule<'a> {
    protocol: &'static str,
    destination: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ports: Option<&'a str>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<i16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<i16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    log: Option<bool>,
}

#[derive(Serialize)]
struct GloballyEnabled {
    running: bool,
    staging: bool,
}

#[derive(Serialize)]
struct Relationships<'a> {
    running_spaces: ToMany<'a>,
    staging_spaces: ToMany<'a>,
}

#[derive(Serialize)]
struct Own {
    #[serde(rename = "self")]
    itself: Link,
}

impl<'a> From<&'a domain::Rule> for Rule<'a> {
    fn from(rule: &'a domain::Rule) -> Self {
        Self {
            protocol: rule.protocol.as_str(),
            destination: &rule.destination,
            ports: rule.ports.as_deref(),
            kind: rule.icmp.map(|icmp| icmp.kind),
            code: rule.icmp.map(|icmp| icmp.code),
            description: rule.description.as_deref(),
            log: rule.log,
        }
    }
}

pub fn security_group<'a>(links: &Links, g: &'a domain::SecurityGroup) -> SecurityGroup<'a> {
    SecurityGroup {
        guid: g.guid.as_str(),
        created_at: wire::time(g.created_at),
        updated_at: wire::time(g.updated_at),
        name: g.name.as_str(),
        rules: g.rules.iter().map(Rule::from).collect(),
        globally_enabled: GloballyEnabled {
            running: g.globally_enabled.running,
            staging: g.globally_enabled.staging,
        },
        relationships: Relationships {
            running_spaces: ToMany::of(&g.spaces.running),
            staging_spaces: ToMany::of(&g.spaces.staging),
        },
        links: Own { itself: links.link(&format!("/v3/security_groups/{}", g.guid)) },
    }
}
