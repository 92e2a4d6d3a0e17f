//! Who may do what with domains. Shared ones are everyone's to see and the admin's to change; rights in private ones are those in the
//! owning organization.

use crate::access::{Blocked, RoleKind, RoleSet, Rule};

const READERS: RoleSet = RoleSet::of(&[
    RoleKind::OrganizationManager,
    RoleKind::OrganizationAuditor,
    RoleKind::SpaceDeveloper,
    RoleKind::SpaceManager,
    RoleKind::SpaceAuditor,
    RoleKind::SpaceSupporter,
]);

/// In an organization that the domain is owned by or shared with, or in a space of one.
pub const GET_PRIVATE: Rule = Rule::read(READERS);
pub const GET_SHARED: Rule = Rule::read_by_anyone();
/// Create, update, delete a shared domain.
pub const MANAGE_SHARED: Rule = Rule::admin_only();
/// Create, update, share, delete a private domain, decided in its owner. The caller has seen the domain (or the organization) before.
pub const MANAGE_PRIVATE: Rule = Rule {
    visible_to_everyone: true,
    ..Rule::write(RoleSet::NONE, RoleSet::ORGANIZATION_MANAGERS, Blocked::ByOrganization)
};
