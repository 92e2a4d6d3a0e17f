//! Who may do what with processes. Decided in the space of the process's app.

use crate::access::{Blocked, RoleSet, Rule};

const READERS: RoleSet = RoleSet::SPACE_READERS;

/// Also stats and instances.
pub const GET: Rule = Rule::read(READERS);
/// The command.
pub const READ_SECRETS: Rule = Rule::read_secret(READERS, RoleSet::DEVELOPERS);
/// Update, scale, terminate an instance.
pub const MANAGE: Rule = Rule::write(READERS, RoleSet::APP_MANAGERS, Blocked::BySpace);
