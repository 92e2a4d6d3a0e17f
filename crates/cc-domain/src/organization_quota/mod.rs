//! Organization quotas: what the organizations they apply to may use (domain-rules 8). Whether something is let in is [`crate::quota`]'s.

pub mod policy;
pub mod ports;

use crate::guid::Guid;
use crate::list::{AnyOf, Common};
use crate::name::Name;
use crate::organization::Organization;
use crate::time::Timestamp;

/// A quota.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganizationQuota {
    pub guid: Guid<OrganizationQuota>,
    /// Unique in the installation, ignoring case.
    pub name: Name,
    pub limits: OrganizationLimits,
    /// Those it applies to and the reader sees, in insertion order.
    pub organizations: Vec<Guid<Organization>>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Every limit of a quota; `None` is unlimited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganizationLimits {
    /// Megabytes.
    pub total_memory: Option<u64>,
    /// Megabytes.
    pub per_process_memory: Option<u64>,
    pub total_instances: Option<u64>,
    pub per_app_tasks: Option<u64>,
    /// Bytes a second.
    pub log_rate: Option<u64>,
    pub are_paid_services_allowed: bool,
    pub total_service_instances: Option<u64>,
    pub total_service_keys: Option<u64>,
    pub total_routes: Option<u64>,
    pub total_reserved_ports: Option<u64>,
    pub total_domains: Option<u64>,
}

#[derive(Clone, Debug, Default)]
pub struct OrganizationQuotaFilter {
    /// Without labels.
    pub common: Common,
    /// Compared without case.
    pub names: AnyOf,
    pub organization_guids: AnyOf,
}
