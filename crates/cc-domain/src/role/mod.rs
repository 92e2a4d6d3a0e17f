//! Roles: what a user holds in an organization or a space (domain-rules 7.2).

pub mod policy;
pub mod ports;

use crate::access::RoleKind;
use crate::guid::Guid;
use crate::list::{AnyOf, Common};
use crate::organization::Organization;
use crate::space::Space;
use crate::time::Timestamp;
use crate::user::User;

/// A role given to a user. Never changed, only created and deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    pub guid: Guid<Role>,
    pub kind: RoleKind,
    pub user: Guid<User>,
    pub target: RoleTarget,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Where a role is held. A kind of the organization has an organization, a kind of the space a space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoleTarget {
    Organization(Guid<Organization>),
    Space(Guid<Space>),
}

/// A decoded request for a new role.
#[derive(Clone, Debug)]
pub struct CreateRole {
    pub kind: RoleKind,
    pub user: RoleUser,
    pub target: RoleTarget,
}

/// How the request names the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoleUser {
    Guid(Guid<User>),
    Named { username: String, origin: Option<String> },
}

#[derive(Clone, Debug, Default)]
pub struct RoleFilter {
    pub common: Common,
    pub kinds: AnyOf<RoleKind>,
    pub user_guids: AnyOf,
    pub organization_guids: AnyOf,
    pub space_guids: AnyOf,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RoleError {
    /// Clients look for the words "already has".
    #[error("User '{user}' already has '{kind}' role in organization '{organization}'.")]
    TakenInOrganization { user: String, kind: RoleKind, organization: String },
    #[error("User '{user}' already has '{kind}' role in space '{space}'.")]
    TakenInSpace { user: String, kind: RoleKind, space: String },
    #[error(
        "Users cannot be assigned roles in a space if they do not have a role in that space's organization."
    )]
    NoOrganizationRole,
    #[error("Cannot delete organization_user role while user has roles in spaces in that organization.")]
    SpaceRolesLeft,
    #[error("Invalid organization. Ensure that the organization exists and you have access to it.")]
    InvalidOrganization,
    #[error("Invalid space. Ensure that the space exists and you have access to it.")]
    InvalidSpace,
    #[error("No user exists with the username '{0}'.")]
    UnknownUsername(String),
    #[error("No user exists with the username '{0}' and origin '{1}'.")]
    UnknownUsernameInOrigin(String, String),
    #[error(
        "Ambiguous user. User with username '{username}' exists in the following origins: {origins}. Specify an origin to disambiguate."
    )]
    AmbiguousUsername { username: String, origins: String },
}
