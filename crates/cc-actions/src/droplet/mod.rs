//! Droplets.

mod delete;
mod download;
mod read;
mod update;

pub use delete::{delete, delete_all_of, deletion};
pub use download::download;
pub use read::{current, current_guid, get, list, list_of_app, list_of_package};
pub use update::update;

/// The name of the resource in "… not found".
pub(crate) const RESOURCE: &str = "Droplet";
