//! Jobs about bits.

pub(crate) mod delete;
