//! How limits and usage are shown.

use crate::wire::Links;
use cc_domain::quota::{Limits, UsageSummary as Used};
use serde::Serialize;
use serde_json::{Map, Value, json};

#[derive(Serialize)]
pub struct Apps {
    total_memory_in_mb: Option<u64>,
    per_process_memory_in_mb: Option<u64>,
    total_instances: Option<u64>,
    per_app_tasks: Option<u64>,
    log_rate_limit_in_bytes_per_second: Option<u64>,
}

impl From<&Limits> for Apps {
    fn from(limits: &Limits) -> Self {
        Self {
            total_memory_in_mb: limits.total_memory,
            per_process_memory_in_mb: limits.per_process_memory,
            total_instances: limits.total_instances,
            per_app_tasks: limits.per_app_tasks,
            log_rate_limit_in_bytes_per_second: limits.log_rate,
        }
    }
}

#[derive(Serialize)]
pub struct Services {
    paid_services_allowed: bool,
    total_service_instances: Option<u64>,
    total_service_keys: Option<u64>,
}

impl From<&Limits> for Services {
    fn from(limits: &Limits) -> Self {
        Self {
            paid_services_allowed: limits.are_paid_services_allowed,
            total_service_instances: limits.total_service_instances,
            total_service_keys: limits.total_service_keys,
        }
    }
}

#[derive(Serialize)]
pub struct Routes {
    total_routes: Option<u64>,
    total_reserved_ports: Option<u64>,
}

impl From<&Limits> for Routes {
    fn from(limits: &Limits) -> Self {
        Self { total_routes: limits.total_routes, total_reserved_ports: limits.total_reserved_ports }
    }
}

#[derive(Serialize)]
pub struct Domains {
    total_domains: Option<u64>,
}

impl From<&Limits> for Domains {
    fn from(limits: &Limits) -> Self {
        Self { total_domains: limits.total_domains }
    }
}

#[derive(Serialize)]
pub struct UsageSummary {
    usage_summary: Summary,
    links: Map<String, Value>,
}

#[derive(Serialize)]
struct Summary {
    started_instances: u64,
    memory_in_mb: u64,
    routes: u64,
    service_instances: u64,
    reserved_ports: u64,
    domains: u64,
    per_app_tasks: u64,
    service_keys: u64,
}

/// `path` is that of what uses it, and `kind` what it is, if that is a resource.
pub fn usage_summary(links: &Links, used: &Used, kind: Option<&str>, path: &str) -> UsageSummary {
    let Used { usage, domains } = *used;
    let mut own = Map::new();
    own.insert("self".to_owned(), json!(links.link(&format!("{path}/usage_summary"))));
    if let Some(kind) = kind {
        own.insert(kind.to_owned(), json!(links.link(path)));
    }
    UsageSummary {
        usage_summary: Summary {
            started_instances: usage.instances,
            memory_in_mb: usage.memory,
            routes: usage.routes,
            reserved_ports: usage.reserved_ports,
            domains,
            service_instances: usage.service_instances,
            per_app_tasks: usage.tasks,
            service_keys: usage.service_keys,
        },
        links: own,
    }
}
