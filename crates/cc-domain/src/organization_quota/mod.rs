//! Organization quotas: what the organizations they apply to may use (domain-rules 8). Whether something is let in is [`crate::quota`]'s.

pub mod policy;
pub mod ports;

use crate::guid::Guid;
use crate::list::{AnyOf, Common};
use crate::organization::Organization;
use crate::quota::{Limits, LimitsPatch, Problems, QuotaName, QuotaProblem, Unlimited, UpdateQuota};
use crate::time::Timestamp;

/// A quota.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganizationQuota {
    pub guid: Guid<OrganizationQuota>,
    /// Unique in the installation, ignoring case.
    pub name: QuotaName,
    pub limits: Limits,
    /// Those it applies to and the reader sees, in insertion order.
    pub organizations: Vec<Guid<Organization>>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Clone, Debug, Default)]
pub struct OrganizationQuotaFilter {
    /// Without labels.
    pub common: Common,
    /// Compared without case.
    pub names: AnyOf,
    pub organization_guids: AnyOf,
}

/// A decoded request for a new quota.
#[derive(Clone, Debug)]
pub struct CreateOrganizationQuota {
    pub name: QuotaName,
    pub limits: LimitsPatch,
    pub organizations: Vec<Guid<Organization>>,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrganizationQuotaError {
    /// With the name as it was asked for.
    #[error("Organization Quota '{0}' already exists.")]
    NameTaken(QuotaName),
    #[error("{}", Problems(.0))]
    Invalid(Vec<QuotaProblem>),
    /// In a creation; with the list of [`crate::quota::unknown_guids`].
    #[error("Organizations with guids {0} do not exist, or you do not have access to them.")]
    UnknownOrganizations(String),
    /// When it is applied.
    #[error("Organizations with guids {0} do not exist")]
    UnknownTargets(String),
    #[error(transparent)]
    Unlimited(#[from] Unlimited),
    #[error(
        "Current usage exceeds new quota values. The org(s) being assigned this quota contain apps running with an unlimited log rate limit."
    )]
    UnlimitedTargets,
    #[error(
        "This quota is applied to one or more organizations. Apply different quotas to those organizations before deleting."
    )]
    InUse,
}

impl OrganizationQuota {
    /// A quota that applies to nothing yet.
    pub fn new(
        guid: Guid<Self>,
        name: QuotaName,
        limits: &LimitsPatch,
        now: Timestamp,
    ) -> Result<Self, OrganizationQuotaError> {
        let limits = Limits::default().patched(limits);
        let organizations = Vec::new();
        Self { guid, name, limits, organizations, created_at: now, updated_at: now }.checked(Vec::new())
    }

    /// The quota after a change; usage above a new limit is let be.
    pub fn updated(mut self, change: &UpdateQuota, now: Timestamp) -> Result<Self, OrganizationQuotaError> {
        let problems = change.rename(&mut self.name);
        self.limits = self.limits.patched(&change.limits);
        self.updated_at = now;
        self.checked(problems)
    }

    fn checked(self, mut problems: Vec<QuotaProblem>) -> Result<Self, OrganizationQuotaError> {
        if self.limits.has_more_ports_than(self.limits.total_routes) {
            problems.push(QuotaProblem::ReservedPorts);
        }
        if problems.is_empty() { Ok(self) } else { Err(OrganizationQuotaError::Invalid(problems)) }
    }

    pub fn check_delete(&self) -> Result<(), OrganizationQuotaError> {
        if self.organizations.is_empty() { Ok(()) } else { Err(OrganizationQuotaError::InUse) }
    }
}
