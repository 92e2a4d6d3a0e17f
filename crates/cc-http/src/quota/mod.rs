//! What bodies and answers of both kinds of quotas have in common, and how usage is shown.

mod body;
mod present;

pub use body::{change, length, limits, members};
pub use present::{Apps, Domains, Routes, Services, usage_summary};
