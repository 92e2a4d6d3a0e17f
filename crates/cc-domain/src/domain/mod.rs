//! Domains: the names below which routes are made, shared by everyone or private to an organization (domain-rules 10).

mod conflicts;
mod name;
pub mod policy;
pub mod ports;
mod reserved;

pub use conflicts::Neighbours;
pub use name::{DomainName, DomainNameError};
pub use reserved::ReservedDomains;

use crate::guid::Guid;
use crate::list::{AnyOf, Common};
use crate::metadata::{Metadata, MetadataPatch};
use crate::organization::Organization;
use crate::quota::QuotaError;
use crate::route::protocol::RouteProtocol;
use crate::time::Timestamp;

/// A domain. Name, kind and owner never change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain {
    pub guid: Guid<Domain>,
    /// Unique in the installation, ignoring case.
    pub name: DomainName,
    pub kind: DomainKind,
    pub metadata: Metadata,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DomainKind {
    Shared {
        /// Only reachable by other apps.
        is_internal: bool,
        /// Makes it a domain of tcp routes.
        router_group: Option<String>,
    },
    Private {
        owner: Guid<Organization>,
        /// Other organizations that may use it, in insertion order.
        shared_with: Vec<Guid<Organization>>,
    },
}

#[derive(Clone, Debug)]
pub struct CreateDomain {
    pub name: DomainName,
    pub kind: DomainKind,
    pub metadata: MetadataPatch,
}

#[derive(Clone, Debug, Default)]
pub struct DomainFilter {
    pub common: Common,
    /// Compared without case.
    pub names: AnyOf,
    /// Owners only.
    pub organization_guids: AnyOf,
    /// Only those that this organization can use: shared, owned, or shared with it. For the list of an organization.
    pub usable_by: Option<Guid<Organization>>,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DomainError {
    #[error("The domain name \"{0}\" is already in use")]
    Taken(DomainName),
    #[error(
        "The domain name \"{name}\" cannot be created because \"{other}\" is already reserved by another domain"
    )]
    ReservedByDomain { name: DomainName, other: String },
    #[error(
        "The domain name \"{name}\" cannot be created because \"{route}\" is already reserved by a route"
    )]
    ReservedByRoute { name: DomainName, route: String },
    #[error("The domain name \"{0}\" cannot be created because \"{0}\" is already reserved by the system")]
    ReservedBySystem(DomainName),
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))]
    Several(Vec<DomainError>),
    #[error("The \"{0}\" domain is reserved and cannot be used for org-scoped domains.")]
    Reserved(DomainName),
    #[error(transparent)]
    Quota(#[from] QuotaError),
    #[error("Cannot associate an internal domain with an organization")]
    InternalWithOrganization,
    #[error("Internal domains cannot be associated to a router group.")]
    InternalWithRouterGroup,
    #[error("Domains scoped to an organization cannot be associated to a router group.")]
    PrivateWithRouterGroup,
    #[error("Relationships cannot contain shared_organizations without an owning organization.")]
    SharedWithoutOwner,
    #[error("Router group with guid '{0}' not found.")]
    UnknownRouterGroup(String),
    #[error("Organization with guid '{0}' does not exist or you do not have access to it.")]
    UnknownOwner(Guid<Organization>),
    #[error("Organization with guid '{0}' does not exist, or you do not have access to it.")]
    UnknownTarget(Guid<Organization>),
    #[error("Organization with guid '{0}' either does not exist, or you do not have access to it.")]
    UnreadableTarget(Guid<Organization>),
    #[error("You do not have sufficient permissions for organization '{0}' to share domain.")]
    TargetNotManaged(String),
    #[error("Organization '{0}' is suspended.")]
    TargetSuspended(String),
    #[error("Domain cannot be shared with owning organization.")]
    SharedWithOwner,
    #[error("Domains cannot be shared with other organizations unless they are scoped to an organization.")]
    NotPrivate,
    #[error("This domain is shared with other organizations. Unshare before deleting.")]
    StillShared,
    /// The same when its organization is to go.
    #[error("Domain '{0}' is shared with other organizations. Unshare before deleting.")]
    OwnedAndShared(DomainName),
    #[error(
        "Unable to unshare domain from organization with name '{0}'. Ensure the domain is shared to this organization."
    )]
    NotSharedWith(String),
    #[error("This domain has associated routes in this organization. Delete the routes before unsharing.")]
    RoutesLeft,
}

impl Domain {
    /// A new domain whose name does not get into the way of its neighbours.
    pub fn new(
        guid: Guid<Self>,
        command: CreateDomain,
        neighbours: &Neighbours,
        metadata: Metadata,
        now: Timestamp,
    ) -> Result<Self, DomainError> {
        if let DomainKind::Private { owner, shared_with } = &command.kind
            && shared_with.contains(owner)
        {
            return Err(DomainError::SharedWithOwner);
        }
        conflicts::check(&command.name, &command.kind, neighbours)?;
        Ok(Self { guid, name: command.name, kind: command.kind, metadata, created_at: now, updated_at: now })
    }

    pub fn updated(mut self, metadata: Metadata, now: Timestamp) -> Self {
        self.metadata = metadata;
        self.updated_at = now;
        self
    }

    /// `None` for a shared domain.
    pub fn owner(&self) -> Option<&Guid<Organization>> {
        match &self.kind {
            DomainKind::Private { owner, .. } => Some(owner),
            DomainKind::Shared { .. } => None,
        }
    }

    pub fn is_shared(&self) -> bool {
        self.owner().is_none()
    }

    pub fn is_internal(&self) -> bool {
        matches!(self.kind, DomainKind::Shared { is_internal: true, .. })
    }

    pub fn router_group(&self) -> Option<&str> {
        match &self.kind {
            DomainKind::Shared { router_group, .. } => router_group.as_deref(),
            DomainKind::Private { .. } => None,
        }
    }

    /// What its routes speak.
    pub fn protocol(&self) -> RouteProtocol {
        if self.router_group().is_some() { RouteProtocol::Tcp } else { RouteProtocol::Http }
    }

    /// Whether spaces of the organization may have routes on it.
    pub fn is_usable_by(&self, organization: &Guid<Organization>) -> bool {
        match &self.kind {
            DomainKind::Shared { .. } => true,
            DomainKind::Private { owner, shared_with } => {
                owner == organization || shared_with.contains(organization)
            }
        }
    }

    /// The domain shared with one more organization; again is no change.
    pub fn shared_with(mut self, organization: &Guid<Organization>) -> Result<Self, DomainError> {
        match &mut self.kind {
            DomainKind::Shared { .. } => Err(DomainError::NotPrivate),
            DomainKind::Private { owner, .. } if owner == organization => Err(DomainError::SharedWithOwner),
            DomainKind::Private { shared_with, .. } => {
                if !shared_with.contains(organization) {
                    shared_with.push(organization.clone());
                }
                Ok(self)
            }
        }
    }

    /// The domain no longer shared with the organization, whose name is for the refusal.
    pub fn unshared_from(
        mut self,
        organization: &Guid<Organization>,
        name: &str,
        has_routes: bool,
    ) -> Result<Self, DomainError> {
        match &mut self.kind {
            DomainKind::Private { shared_with, .. } if shared_with.contains(organization) => {
                if has_routes {
                    return Err(DomainError::RoutesLeft);
                }
                shared_with.retain(|g| g != organization);
                Ok(self)
            }
            DomainKind::Private { .. } | DomainKind::Shared { .. } => {
                Err(DomainError::NotSharedWith(name.to_owned()))
            }
        }
    }

    pub fn check_delete(&self) -> Result<(), DomainError> {
        match &self.kind {
            DomainKind::Private { shared_with, .. } if !shared_with.is_empty() => {
                Err(DomainError::StillShared)
            }
            DomainKind::Private { .. } | DomainKind::Shared { .. } => Ok(()),
        }
    }
}

/// The domain that default and random routes of an organization go to: the oldest shared one that is neither internal nor tcp, else the
/// oldest private one it may use. `usable` is in insertion order.
pub fn default_for<'a>(usable: &'a [Domain], organization: &Guid<Organization>) -> Option<&'a Domain> {
    let public = |d: &&Domain| d.is_shared() && !d.is_internal() && d.protocol() == RouteProtocol::Http;
    let private = |d: &&Domain| !d.is_shared() && d.is_usable_by(organization);
    usable.iter().find(public).or_else(|| usable.iter().find(private))
}

#[cfg(test)]
mod tests;
