//! Spaces: where apps, routes and services of an organization live (domain-rules 6).

pub mod policy;
pub mod ports;

use crate::access::SpaceStatus;
use crate::guid::Guid;
use crate::list::{AnyOf, Common};
use crate::metadata::{Metadata, MetadataPatch};
use crate::name::Name;
use crate::organization::Organization;
use crate::patch::Patch;
pub use crate::space_quota::SpaceQuota;
use crate::time::Timestamp;

/// A space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Space {
    pub guid: Guid<Space>,
    /// Unique in its organization, ignoring case.
    pub name: Name,
    pub organization: Guid<Organization>,
    pub status: SpaceStatus,
    pub quota: Option<Guid<SpaceQuota>>,
    pub is_ssh_allowed: bool,
    pub metadata: Metadata,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Clone, Debug)]
pub struct CreateSpace {
    pub name: Name,
    pub organization: Guid<Organization>,
    pub suspended: bool,
    pub metadata: MetadataPatch,
}

#[derive(Clone, Debug, Default)]
pub struct UpdateSpace {
    pub name: Option<Name>,
    pub suspended: Patch<bool>,
    pub metadata: MetadataPatch,
}

#[derive(Clone, Debug, Default)]
pub struct SpaceFilter {
    pub common: Common,
    /// Compared without case.
    pub names: AnyOf,
    pub organization_guids: AnyOf,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpaceError {
    /// Clients look for the words "Name must be unique per organization".
    #[error("Name must be unique per organization")]
    NameTaken,
    /// As an update says it.
    #[error("Organization '{organization}' already contains a space with name '{space}'.")]
    NameTakenIn { organization: Name, space: Name },
    #[error("Space '{0}' is being deleted and cannot be updated.")]
    Deleting(Name),
    #[error("a space manager may not suspend a space")]
    SuspendNotAllowed,
}

impl Space {
    pub fn is_suspended(&self) -> bool {
        self.status == SpaceStatus::Suspended
    }

    /// The space after a change. `may_suspend` is whether the caller is an admin or manages the organization; naming `suspended` at all
    /// without that right is refused (domain-rules 6).
    pub fn updated(
        mut self,
        change: &UpdateSpace,
        may_suspend: bool,
        metadata: Metadata,
        now: Timestamp,
    ) -> Result<Self, SpaceError> {
        if !change.suspended.is_absent() && !may_suspend {
            return Err(SpaceError::SuspendNotAllowed);
        }
        if let Patch::Value(suspended) = change.suspended {
            if self.status == SpaceStatus::Deleting {
                return Err(SpaceError::Deleting(change.name.clone().unwrap_or(self.name)));
            }
            self.status = if suspended { SpaceStatus::Suspended } else { SpaceStatus::Active };
        }
        if let Some(name) = &change.name {
            self.name = name.clone();
        }
        self.metadata = metadata;
        self.updated_at = now;
        Ok(self)
    }
}
