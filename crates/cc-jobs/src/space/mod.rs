//! Jobs of spaces.

pub(crate) mod apply_manifest;
pub(crate) mod delete;
