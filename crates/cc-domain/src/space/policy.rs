//! Who may do what with spaces.

use crate::access::{Blocked, RoleSet, Rule};

pub const GET: Rule = Rule::read(RoleSet::SPACE_READERS);
/// Decided in the organization that the space is to be made in.
pub const CREATE: Rule =
    Rule::write(RoleSet::OF_ORGANIZATION, RoleSet::ORGANIZATION_MANAGERS, Blocked::ByOrganization);
pub const UPDATE: Rule = Rule::write(RoleSet::SPACE_READERS, RoleSet::SPACE_UPDATERS, Blocked::BySpace);
pub const DELETE: Rule =
    Rule::write(RoleSet::SPACE_READERS, RoleSet::ORGANIZATION_MANAGERS, Blocked::ByOrganization);
/// Suspension does not count.
pub const SET_ISOLATION_SEGMENT: Rule =
    Rule::write(RoleSet::SPACE_READERS, RoleSet::ORGANIZATION_MANAGERS, Blocked::Never);
pub const UPDATE_FEATURE: Rule = UPDATE;
