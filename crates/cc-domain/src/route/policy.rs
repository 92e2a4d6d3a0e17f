//! Who may do what with routes. Decided in the owning space.

use crate::access::{Blocked, RoleSet, Rule};

const READERS: RoleSet = RoleSet::ROUTE_READERS;

pub const GET: Rule = Rule::read(READERS);
/// Decided in the space that the route is to be made in, whose existence may show.
pub const CREATE: Rule =
    Rule { visible_to_everyone: true, ..Rule::write(READERS, RoleSet::APP_MANAGERS, Blocked::BySpace) };
/// Update, delete, destinations, share, unshare.
pub const MANAGE: Rule = Rule::write(READERS, RoleSet::APP_MANAGERS, Blocked::BySpace);
pub const TRANSFER: Rule = Rule::write(READERS, RoleSet::DEVELOPERS, Blocked::BySpace);
/// Decided in the space, for all its routes without destination.
pub const DELETE_UNMAPPED: Rule =
    Rule::write(RoleSet::SPACE_READERS, RoleSet::APP_MANAGERS, Blocked::BySpace);
