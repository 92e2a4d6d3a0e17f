//! Jobs of domains.

pub(crate) mod delete;
