//! One row of the table of rights.

use super::RoleSet;

/// Whether an operation reads or changes; decides which scope the token needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Read,
    Write,
}

/// Which suspended or deleting container stops the operation for everyone but admins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blocked {
    Never,
    ByOrganization,
    /// By the organization, and by the space unless the caller manages the organization.
    BySpace,
}

/// The rights of one operation. Admins may do everything and see everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    pub verb: Verb,
    /// Whoever holds none of these gets "not found".
    pub visible_to: RoleSet,
    pub visible_to_everyone: bool,
    pub allowed: RoleSet,
    pub allowed_to_everyone: bool,
    /// Whether the read-only admin may.
    pub read_only_admin: bool,
    /// Whether the global auditor may.
    pub global_auditor: bool,
    pub blocked_by: Blocked,
}

impl Rule {
    /// A read that all of `readers` and every global reader may do.
    pub const fn read(readers: RoleSet) -> Self {
        Self {
            verb: Verb::Read,
            visible_to: readers,
            visible_to_everyone: false,
            allowed: readers,
            allowed_to_everyone: false,
            read_only_admin: true,
            global_auditor: true,
            blocked_by: Blocked::Never,
        }
    }

    /// A read of something confidential: `visible_to` know that it exists, only `allowed` and the read-only admin see it.
    pub const fn read_secret(visible_to: RoleSet, allowed: RoleSet) -> Self {
        Self { allowed, global_auditor: false, ..Self::read(visible_to) }
    }

    /// A read for any authenticated caller.
    pub const fn read_by_anyone() -> Self {
        Self { visible_to_everyone: true, allowed_to_everyone: true, ..Self::read(RoleSet::NONE) }
    }

    /// A change by `allowed` to something that `visible_to` can see.
    pub const fn write(visible_to: RoleSet, allowed: RoleSet, blocked_by: Blocked) -> Self {
        Self {
            verb: Verb::Write,
            visible_to,
            visible_to_everyone: false,
            allowed,
            allowed_to_everyone: false,
            read_only_admin: false,
            global_auditor: false,
            blocked_by,
        }
    }

    /// A change for admins; everyone else who is authenticated is told so.
    pub const fn admin_only() -> Self {
        Self { visible_to_everyone: true, ..Self::write(RoleSet::NONE, RoleSet::NONE, Blocked::Never) }
    }

    /// A change for admins to something that `visible_to` can see.
    pub const fn admin_only_on(visible_to: RoleSet) -> Self {
        Self::write(visible_to, RoleSet::NONE, Blocked::Never)
    }
}
