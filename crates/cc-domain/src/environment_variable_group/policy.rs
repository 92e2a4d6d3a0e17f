//! Who may do what with the environment variable groups.

use crate::access::Rule;

pub const GET: Rule = Rule::read_by_anyone();
pub const UPDATE: Rule = Rule::admin_only();
