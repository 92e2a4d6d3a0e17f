//! Jobs of spaces.

pub(crate) mod delete;
