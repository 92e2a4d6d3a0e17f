//! Jobs of droplets.

pub(crate) mod delete;
