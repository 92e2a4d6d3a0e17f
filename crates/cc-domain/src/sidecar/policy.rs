//! Who may do what with sidecars. Decided in the space of the app.

use crate::access::{Blocked, RoleSet, Rule};

const READERS: RoleSet = RoleSet::SPACE_READERS;

pub const GET: Rule = Rule::read(READERS);
/// Create, update and delete.
pub const MANAGE: Rule = Rule::write(READERS, RoleSet::DEVELOPERS, Blocked::BySpace);
