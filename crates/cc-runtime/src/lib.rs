//! placeholder

pub mod lifecycle;
