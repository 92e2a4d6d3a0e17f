//! Stacks.

mod read;
mod write;

pub use read::{get, list};
pub use write::{create, delete, update};

/// The name of the resource in "… not found".
pub(crate) const RESOURCE: &str = "Stack";
/// The unique constraint on the name.
pub(crate) const NAME_KEY: &str = "stacks_name_key";
