//! Revisions: made when an app starts ([`resolve`]), then only read, but for their metadata.

mod environment;
mod read;
mod resolve;
mod update;

pub use environment::environment_variables;
pub use read::{get, list};
pub(crate) use resolve::{resolve, roll_back};
pub use update::update;

/// The name of the resource in "… not found".
pub(crate) const RESOURCE: &str = "Revision";
