//! Who may do what with tasks. Decided in the space of the task's app.

use crate::access::{Blocked, RoleSet, Rule};

const READERS: RoleSet = RoleSet::SPACE_READERS;

pub const GET: Rule = Rule::read(READERS);
/// The command.
pub const READ_SECRETS: Rule = Rule::read_secret(READERS, RoleSet::DEVELOPERS);
/// Create, and update metadata.
pub const MANAGE: Rule = Rule::write(READERS, RoleSet::DEVELOPERS, Blocked::BySpace);
pub const CANCEL: Rule = Rule::write(READERS, RoleSet::APP_MANAGERS, Blocked::BySpace);
