//! How an organization quota is shown.

use crate::quota::{Apps, Domains, Routes, Services};
use crate::wire::{self, Link, Links, ToMany};
use cc_domain::organization_quota as entity;
use serde::Serialize;

#[derive(Serialize)]
pub struct OrganizationQuota<'a> {
    guid: &'a str,
    created_at: String,
    updated_at: String,
    name: &'a str,
    apps: Apps,
    services: Services,
    routes: Routes,
    domains: Domains,
    relationships: Relationships<'a>,
    links: Own,
}

#[derive(Serialize)]
struct Relationships<'a> {
    organizations: ToMany<'a>,
}

#[derive(Serialize)]
struct Own {
    #[serde(rename = "self")]
    itself: Link,
}

pub fn organization_quota<'a>(links: &Links, q: &'a entity::OrganizationQuota) -> OrganizationQuota<'a> {
    let limits = &q.limits;
    OrganizationQuota {
        guid: q.guid.as_str(),
        created_at: wire::time(q.created_at),
        updated_at: wire::time(q.updated_at),
        name: q.name.as_str(),
        apps: limits.into(),
        services: limits.into(),
        routes: limits.into(),
        domains: limits.into(),
        relationships: Relationships { organizations: ToMany::of(&q.organizations) },
        links: Own { itself: links.link(&format!("/v3/organization_quotas/{}", q.guid)) },
    }
}
