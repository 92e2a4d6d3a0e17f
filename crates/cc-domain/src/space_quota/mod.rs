//! Space quotas: what the spaces they apply to may use, beside what their organization's quota says (domain-rules 8). Whether something
//! is let in is [`crate::quota`]'s.

pub mod policy;
pub mod ports;

use crate::guid::Guid;
use crate::list::{AnyOf, Common};
use crate::organization::Organization;
use crate::patch::Patch;
use crate::quota::{Limits, LimitsPatch, Problems, QuotaName, QuotaProblem, Unlimited, UpdateQuota};
use crate::space::Space;
use crate::time::Timestamp;

/// A quota for spaces of one organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpaceQuota {
    pub guid: Guid<SpaceQuota>,
    /// Unique in its organization; case counts.
    pub name: QuotaName,
    pub organization: Guid<Organization>,
    /// Without one for domains.
    pub limits: Limits,
    /// Those it applies to and the reader sees, in insertion order.
    pub spaces: Vec<Guid<Space>>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Clone, Debug, Default)]
pub struct SpaceQuotaFilter {
    /// Without labels.
    pub common: Common,
    /// Case counts.
    pub names: AnyOf,
    pub organization_guids: AnyOf,
    pub space_guids: AnyOf,
}

/// A decoded request for a new quota.
#[derive(Clone, Debug)]
pub struct CreateSpaceQuota {
    pub name: QuotaName,
    pub organization: Guid<Organization>,
    pub limits: LimitsPatch,
    pub spaces: Vec<Guid<Space>>,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpaceQuotaError {
    #[error("Organization with guid '{0}' does not exist, or you do not have access to it.")]
    UnknownOrganization(Guid<Organization>),
    /// With the name as it was asked for.
    #[error("Space Quota '{0}' already exists.")]
    NameTaken(QuotaName),
    #[error("{}", Problems(.0))]
    Invalid(Vec<QuotaProblem>),
    /// In a creation; with the list of [`crate::quota::unknown_guids`].
    #[error(
        "Spaces with guids {0} do not exist within the organization specified, or you do not have access to them."
    )]
    UnknownSpaces(String),
    /// When it is applied.
    #[error("Spaces with guids {0} do not exist, or you do not have access to them.")]
    UnknownTargets(String),
    #[error("Space quotas cannot be applied outside of their owning organization.")]
    OtherOrganization,
    #[error(transparent)]
    Unlimited(#[from] Unlimited),
    #[error(
        "Current usage exceeds new quota values. The space(s) being assigned this quota contain apps running with an unlimited log rate \
         limit."
    )]
    UnlimitedTargets,
    #[error(
        "Unable to remove quota from space with guid '{0}'. Ensure the space quota is applied to this space."
    )]
    NotApplied(Guid<Space>),
    #[error(
        "This quota is applied to one or more spaces. Remove this quota from all spaces before deleting."
    )]
    InUse,
}

impl SpaceQuota {
    /// A quota that applies to nothing yet. `around` are the limits of the organization.
    pub fn new(
        guid: Guid<Self>,
        command: &CreateSpaceQuota,
        around: &Limits,
        now: Timestamp,
    ) -> Result<Self, SpaceQuotaError> {
        let quota = Self {
            guid,
            name: command.name.clone(),
            organization: command.organization.clone(),
            limits: Limits::default().patched(&of_space(&command.limits)),
            spaces: Vec::new(),
            created_at: now,
            updated_at: now,
        };
        quota.checked(around, Vec::new())
    }

    /// The quota after a change; usage above a new limit is let be. `around` are the limits of the organization.
    pub fn updated(
        mut self,
        change: &UpdateQuota,
        around: &Limits,
        now: Timestamp,
    ) -> Result<Self, SpaceQuotaError> {
        let problems = change.rename(&mut self.name);
        self.limits = self.limits.patched(&of_space(&change.limits));
        self.updated_at = now;
        self.checked(around, problems)
    }

    /// Of all limits only reserved ports are held against those of the organization when a quota is written.
    fn checked(self, around: &Limits, mut problems: Vec<QuotaProblem>) -> Result<Self, SpaceQuotaError> {
        let limits = &self.limits;
        if limits.has_more_ports_than(limits.total_routes)
            || limits.has_more_ports_than(around.total_reserved_ports)
        {
            problems.push(QuotaProblem::SpaceReservedPorts);
        }
        if problems.is_empty() { Ok(self) } else { Err(SpaceQuotaError::Invalid(problems)) }
    }

    pub fn check_delete(&self) -> Result<(), SpaceQuotaError> {
        if self.spaces.is_empty() { Ok(()) } else { Err(SpaceQuotaError::InUse) }
    }
}

fn of_space(limits: &LimitsPatch) -> LimitsPatch {
    LimitsPatch { total_domains: Patch::Absent, ..limits.clone() }
}
