//! placeholder
pub mod log;
pub mod traffic;
