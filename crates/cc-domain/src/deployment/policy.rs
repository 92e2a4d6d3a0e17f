//! Who may do what with deployments. Decided in the space of the app.

use crate::access::{Blocked, RoleSet, Rule};

pub const GET: Rule = Rule::read(RoleSet::SPACE_READERS);
/// Create, cancel, continue.
pub const MANAGE: Rule = Rule::write(RoleSet::SPACE_READERS, RoleSet::APP_MANAGERS, Blocked::BySpace);
/// Metadata.
pub const UPDATE: Rule = Rule::write(RoleSet::SPACE_READERS, RoleSet::DEVELOPERS, Blocked::BySpace);
