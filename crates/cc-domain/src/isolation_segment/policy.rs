//! Who may do what with isolation segments. Roles count in the organizations that are entitled to a segment.

use crate::access::{RoleSet, Rule};

pub const GET: Rule = Rule::read(RoleSet::OF_ORGANIZATION);
/// Create, update, delete, entitle, revoke.
pub const MANAGE: Rule = Rule::admin_only();
