//! Who may do what with revisions. Decided in the space of the app.

use crate::access::{Blocked, RoleSet, Rule};

pub const GET: Rule = Rule::read(RoleSet::SPACE_READERS);
pub const UPDATE: Rule = Rule::write(RoleSet::SPACE_READERS, RoleSet::DEVELOPERS, Blocked::BySpace);
pub const READ_ENVIRONMENT: Rule = Rule::read_secret(RoleSet::SPACE_READERS, RoleSet::DEVELOPERS);
