//! Who may do what with organization quotas.

use crate::access::Rule;

/// Which of the organizations that a quota applies to are told with it is for [`crate::organization::policy::GET`] to say.
pub const GET: Rule = Rule::read_by_anyone();
pub const MANAGE: Rule = Rule::admin_only();
