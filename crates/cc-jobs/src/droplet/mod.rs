//! Jobs of droplets.

pub(crate) mod copy;
pub(crate) mod delete;
pub(crate) mod upload;
