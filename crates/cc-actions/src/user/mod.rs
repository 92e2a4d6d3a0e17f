//! Users: rows that roles refer to, with names from the directory.

mod create;
mod delete;
mod names;
mod read;
mod update;

pub use create::{create, may_create};
pub use delete::delete;
pub use names::Person;
pub(crate) use names::{is_client, known, name_of, page_with_names, resolve, with_names};
pub use read::{get, list};
pub use update::{may_change, update};

/// The name of the resource in "… not found".
pub(crate) const RESOURCE: &str = "User";
