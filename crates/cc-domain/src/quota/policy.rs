//! Who may see what is used.

use crate::access::{RoleSet, Rule};

/// Of the platform as a whole. Who may not is told of no such thing.
pub const PLATFORM_USAGE: Rule = Rule::read(RoleSet::NONE);
