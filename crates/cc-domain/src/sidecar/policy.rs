//! Who sees sidecars. Decided in the space of the app.

use crate::access::{RoleSet, Rule};

pub const GET: Rule = Rule::read(RoleSet::SPACE_READERS);
