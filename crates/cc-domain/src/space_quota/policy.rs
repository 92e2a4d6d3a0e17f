//! Who may do what with space quotas. Roles in a space count where the quota applies to the space.

use crate::access::{Blocked, RoleSet, Rule};

pub const GET: Rule = Rule::read(RoleSet::SPACE_READERS);
/// Decided in the organization that the quota is to be made in; that there is one is no secret.
pub const CREATE: Rule = Rule {
    visible_to_everyone: true,
    ..Rule::write(RoleSet::NONE, RoleSet::ORGANIZATION_MANAGERS, Blocked::ByOrganization)
};
pub const MANAGE: Rule =
    Rule::write(RoleSet::SPACE_READERS, RoleSet::ORGANIZATION_MANAGERS, Blocked::ByOrganization);
