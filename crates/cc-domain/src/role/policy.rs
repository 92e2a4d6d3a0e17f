//! Who may give and take roles.

use crate::access::{Blocked, RoleSet, Rule};

/// Decided in the organization the role is for. One that exists is refused with 403 even where the caller cannot see it, as the
/// reference does (domain-rules 3.4).
pub const CREATE_IN_ORGANIZATION: Rule = Rule {
    visible_to_everyone: true,
    ..Rule::write(RoleSet::OF_ORGANIZATION, RoleSet::ORGANIZATION_MANAGERS, Blocked::ByOrganization)
};
/// Decided in the space the role is for; with the same 403.
pub const CREATE_IN_SPACE: Rule = Rule {
    visible_to_everyone: true,
    ..Rule::write(RoleSet::SPACE_READERS, RoleSet::SPACE_UPDATERS, Blocked::BySpace)
};
pub const DELETE_IN_ORGANIZATION: Rule =
    Rule::write(RoleSet::OF_ORGANIZATION, RoleSet::ORGANIZATION_MANAGERS, Blocked::ByOrganization);
pub const DELETE_IN_SPACE: Rule =
    Rule::write(RoleSet::SPACE_READERS, RoleSet::SPACE_UPDATERS, Blocked::BySpace);
pub const GET_IN_ORGANIZATION: Rule = Rule::read(RoleSet::OF_ORGANIZATION);
pub const GET_IN_SPACE: Rule = Rule::read(RoleSet::SPACE_READERS);
