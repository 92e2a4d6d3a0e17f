//! Jobs about apps.

pub mod delete;
pub mod expire_bits;
