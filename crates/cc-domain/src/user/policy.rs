//! Who may do what with users.

use crate::access::{RoleSet, Rule};

/// Besides oneself, who holds a role of an organization in which one holds such a role too.
pub const GET: Rule = Rule::read(RoleSet::OF_ORGANIZATION);
pub const CREATE: Rule = Rule::admin_only();
/// Update, delete.
pub const MANAGE: Rule = Rule::admin_only();
