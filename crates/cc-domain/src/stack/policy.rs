//! Who may do what with stacks.

use crate::access::Rule;

pub const GET: Rule = Rule::read_by_anyone();
/// Create, update, delete.
pub const MANAGE: Rule = Rule::admin_only();
