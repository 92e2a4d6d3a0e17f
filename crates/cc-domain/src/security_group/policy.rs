//! Who may do what with security groups. Roles count in the spaces that a group is bound to; one that is globally enabled is no secret.

use crate::access::{Blocked, RoleSet, Rule};

pub const GET: Rule = Rule::read(RoleSet::SPACE_READERS);
/// Create, update, delete.
pub const MANAGE: Rule = Rule::admin_only();
/// Decided in the space that the group is to be bound to, or unbound from; that there is one is no secret.
pub const BIND: Rule = Rule {
    visible_to_everyone: true,
    ..Rule::write(RoleSet::NONE, RoleSet::SPACE_UPDATERS, Blocked::BySpace)
};
