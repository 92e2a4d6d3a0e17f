//! Jobs of organizations.

pub(crate) mod delete;
