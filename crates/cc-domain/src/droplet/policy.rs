//! Who may do what with droplets. Decided in the space of the droplet's app.

use crate::access::{Blocked, RoleKind, RoleSet, Rule};

const READERS: RoleSet = RoleSet::SPACE_READERS;

pub const GET: Rule = Rule::read(READERS);
/// Create, copy into, upload, update, delete.
pub const MANAGE: Rule = Rule::write(READERS, RoleSet::DEVELOPERS, Blocked::BySpace);
/// Execution metadata and start commands.
pub const READ_SECRETS: Rule = Rule::read_secret(READERS, RoleSet::DEVELOPERS);
/// All space readers but the supporter, and the global readers.
pub const DOWNLOAD: Rule = Rule {
    allowed: RoleSet::of(&[
        RoleKind::SpaceDeveloper,
        RoleKind::SpaceManager,
        RoleKind::SpaceAuditor,
        RoleKind::OrganizationManager,
    ]),
    ..Rule::read(READERS)
};
