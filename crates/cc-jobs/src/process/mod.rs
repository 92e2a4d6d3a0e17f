//! Jobs about processes.

pub mod sync;
