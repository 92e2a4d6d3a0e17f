//! Who sees audit events.

use crate::access::{RoleKind, RoleSet, Rule};

pub const GET: Rule = Rule::read(RoleSet::of(&[
    RoleKind::SpaceAuditor,
    RoleKind::SpaceDeveloper,
    RoleKind::SpaceSupporter,
    RoleKind::OrganizationAuditor,
]));
