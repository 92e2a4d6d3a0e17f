//! Jobs of roles.

pub(crate) mod delete;
