//! Who may do what with feature flags.

use crate::access::Rule;

pub const GET: Rule = Rule::read_by_anyone();
pub const UPDATE: Rule = Rule::admin_only();
