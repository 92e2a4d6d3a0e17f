//! Jobs of buildpacks.

pub(crate) mod delete;
pub(crate) mod upload;
