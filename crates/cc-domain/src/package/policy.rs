//! Who may do what with packages. Decided in the space of the package's app.

use crate::access::{Blocked, RoleSet, Rule};

const READERS: RoleSet = RoleSet::SPACE_READERS;

pub const GET: Rule = Rule::read(READERS);
/// Create, copy into, upload, update, delete.
pub const MANAGE: Rule = Rule::write(READERS, RoleSet::DEVELOPERS, Blocked::BySpace);
pub const DOWNLOAD: Rule = Rule::read_secret(READERS, RoleSet::DEVELOPERS);
