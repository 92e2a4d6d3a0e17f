//! Jobs of spaces.

pub(crate) mod apply_manifest;
pub(crate) mod delete;
pub(crate) mod delete_unmapped_routes;
