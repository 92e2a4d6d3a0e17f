//! Who may do what with builds. Decided in the space of the build's app.

use crate::access::{Blocked, RoleSet, Rule};

const READERS: RoleSet = RoleSet::SPACE_READERS;

pub const GET: Rule = Rule::read(READERS);
/// Every refusal by role is answered as an invalid package, only suspension is told apart.
pub const CREATE: Rule = Rule::write(READERS, RoleSet::APP_MANAGERS, Blocked::BySpace);
/// Metadata. A state is for whoever may update build states.
pub const UPDATE: Rule = Rule::write(READERS, RoleSet::DEVELOPERS, Blocked::BySpace);
