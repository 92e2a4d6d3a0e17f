//! Who may do what with apps.

use crate::access::{Blocked, RoleKind, RoleSet, Rule};

const READERS: RoleSet = RoleSet::SPACE_READERS;

pub const GET: Rule = Rule::read(READERS);
/// Decided in the space that the app is to be made in.
pub const CREATE: Rule = Rule::write(READERS, RoleSet::DEVELOPERS, Blocked::BySpace);
pub const UPDATE: Rule = Rule::write(READERS, RoleSet::DEVELOPERS, Blocked::BySpace);
pub const DELETE: Rule = Rule::write(READERS, RoleSet::DEVELOPERS, Blocked::BySpace);
/// Start, stop, restart, assign the current droplet, scale, terminate an instance.
pub const MANAGE: Rule = Rule::write(READERS, RoleSet::APP_MANAGERS, Blocked::BySpace);
/// Environment variables and `/env`.
pub const READ_ENVIRONMENT: Rule =
    Rule::read_secret(READERS, RoleSet::of(&[RoleKind::SpaceDeveloper, RoleKind::SpaceSupporter]));
/// VCAP_SERVICES and other credentials.
pub const READ_SECRETS: Rule = Rule::read_secret(READERS, RoleSet::DEVELOPERS);
