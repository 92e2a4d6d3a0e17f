//! Who may do what with organizations.

use crate::access::{Blocked, RoleSet, Rule};

pub const GET: Rule = Rule::read(RoleSet::OF_ORGANIZATION);
pub const UPDATE: Rule =
    Rule::write(RoleSet::OF_ORGANIZATION, RoleSet::ORGANIZATION_MANAGERS, Blocked::ByOrganization);
pub const DELETE: Rule = Rule::admin_only_on(RoleSet::OF_ORGANIZATION);
