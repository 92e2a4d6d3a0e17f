//! Jobs of packages.

pub(crate) mod copy;
pub(crate) mod delete;
pub(crate) mod upload;
