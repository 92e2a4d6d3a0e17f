//! Logs of apps.

mod read;

pub use read::{may_read, may_read_all};
