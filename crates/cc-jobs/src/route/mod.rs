//! Jobs of routes.

pub(crate) mod delete;
pub(crate) mod sync;
