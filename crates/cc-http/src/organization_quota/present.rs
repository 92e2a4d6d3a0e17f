//! How an organization quota is shown.

use crate::wire::{self, Link, Links, ToMany};
use cc_domain::organization_quota as domain;
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
struct Apps {
    total_memory_in_mb: Option<u64>,
    per_process_memory_in_mb: Option<u64>,
    total_instances: Option<u64>,
    per_app_tasks: Option<u64>,
    log_rate_limit_in_bytes_per_second: Option<u64>,
}

#[derive(Serialize)]
struct Services {
    paid_services_allowed: bool,
    total_service_instances: Option<u64>,
    total_service_keys: Option<u64>,
}

#[derive(Serialize)]
struct Routes {
    total_routes: Option<u64>,
    total_reserved_ports: Option<u64>,
}

#[derive(Serialize)]
struct Domains {
    total_domains: Option<u64>,
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

pub fn organization_quota<'a>(links: &Links, q: &'a domain::OrganizationQuota) -> OrganizationQuota<'a> {
    let limits = &q.limits;
    OrganizationQuota {
        guid: q.guid.as_str(),
        created_at: wire::time(q.created_at),
        updated_at: wire::time(q.updated_at),
        name: q.name.as_str(),
        apps: Apps {
            total_memory_in_mb: limits.total_memory,
            per_process_memory_in_mb: limits.per_process_memory,
            total_instances: limits.total_instances,
            per_app_tasks: limits.per_app_tasks,
            log_rate_limit_in_bytes_per_second: limits.log_rate,
        },
        services: Services {
            paid_services_allowed: limits.are_paid_services_allowed,
            total_service_instances: limits.total_service_instances,
            total_service_keys: limits.total_service_keys,
        },
        routes: Routes {
            total_routes: limits.total_routes,
            total_reserved_ports: limits.total_reserved_ports,
        },
        domains: Domains { total_domains: limits.total_domains },
        relationships: Relationships { organizations: ToMany::of(&q.organizations) },
        links: Own { itself: links.link(&format!("/v3/organization_quotas/{}", q.guid)) },
    }
}
