//! Organizations: the outermost container of everything a customer has (domain-rules 5).

pub mod policy;
pub mod ports;

use crate::access::OrganizationStatus;
use crate::guid::Guid;
use crate::isolation_segment::IsolationSegment;
use crate::list::{AnyOf, Common};
use crate::metadata::{Metadata, MetadataPatch};
use crate::name::Name;
pub use crate::organization_quota::OrganizationQuota;
use crate::patch::Patch;
use crate::time::Timestamp;

/// An organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    pub guid: Guid<Organization>,
    /// Unique in the installation, ignoring case.
    pub name: Name,
    pub status: OrganizationStatus,
    pub quota: Guid<OrganizationQuota>,
    pub metadata: Metadata,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Organization {
    pub fn is_suspended(&self) -> bool {
        self.status == OrganizationStatus::Suspended
    }
}

/// A decoded request for a new organization.
#[derive(Clone, Debug)]
pub struct CreateOrganization {
    pub name: Name,
    pub suspended: bool,
    pub metadata: MetadataPatch,
}

/// A decoded change of an organization.
#[derive(Clone, Debug, Default)]
pub struct UpdateOrganization {
    pub name: Option<Name>,
    pub suspended: Patch<bool>,
    pub metadata: MetadataPatch,
}

/// What a list of organizations can be narrowed to.
#[derive(Clone, Debug, Default)]
pub struct OrganizationFilter {
    pub common: Common,
    /// Compared without case.
    pub names: AnyOf,
    /// Entitled to this one.
    pub isolation_segment: Option<Guid<IsolationSegment>>,
}

/// Why an organization cannot be as asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrganizationError {
    /// With the name as it was asked for.
    #[error("Organization '{0}' already exists.")]
    NameTaken(String),
    /// As [`Self::NameTaken`], of one that is renamed.
    #[error("Organization name '{0}' is already taken.")]
    RenamedToTaken(Name),
    #[error("only an admin may suspend an organization")]
    SuspendNotAllowed,
    #[error("Organization '{0}' is being deleted and cannot be updated.")]
    Deleting(Name),
}

impl Organization {
    /// The organization after a change that `is_admin` tells who asks for (domain-rules 3.5: suspending is the admin's).
    pub fn updated(
        mut self,
        change: &UpdateOrganization,
        is_admin: bool,
        metadata: Metadata,
        now: Timestamp,
    ) -> Result<Self, OrganizationError> {
        if change.suspended == Patch::Value(true) && !is_admin {
            return Err(OrganizationError::SuspendNotAllowed);
        }
        if let Patch::Value(suspended) = change.suspended {
            if self.status == OrganizationStatus::Deleting {
                return Err(OrganizationError::Deleting(self.name));
            }
            self.status = if suspended { OrganizationStatus::Suspended } else { OrganizationStatus::Active };
        }
        if let Some(name) = &change.name {
            self.name = name.clone();
        }
        self.metadata = metadata;
        self.updated_at = now;
        Ok(self)
    }
}
