//! Who sees audit events. Lists use the same rule as a predicate of the query.

use crate::access::{RoleKind, RoleSet, Rule};

pub const GET: Rule = Rule::read(RoleSet::of(&[
    RoleKind::SpaceAuditor,
    RoleKind::SpaceDeveloper,
    RoleKind::SpaceSupporter,
    RoleKind::OrganizationAuditor,
]));
