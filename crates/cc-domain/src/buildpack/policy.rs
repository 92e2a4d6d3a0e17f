//! Who may do what with buildpacks.

use crate::access::Rule;

pub const GET: Rule = Rule::read_by_anyone();
/// Create, update, upload, delete.
pub const MANAGE: Rule = Rule::admin_only();
