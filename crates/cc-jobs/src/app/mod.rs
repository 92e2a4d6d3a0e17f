//! Jobs about apps.

pub mod delete;
