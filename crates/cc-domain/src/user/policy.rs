//! Who may do what with users.

use crate::access::Rule;

pub const CREATE: Rule = Rule::admin_only();
pub const UPDATE: Rule = Rule::admin_only();
pub const DELETE: Rule = Rule::admin_only();
