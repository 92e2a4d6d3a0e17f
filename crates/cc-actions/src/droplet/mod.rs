//! Droplets.

mod copy;
mod create;
mod delete;
mod download;
mod read;
mod update;
mod upload;

pub(crate) use copy::CopyBits;
pub use copy::copy;
pub use create::create;
pub use delete::{delete, delete_all_of};
pub use download::download;
pub use read::{current, current_guid, get, list, list_of_app, list_of_package};
pub use update::{admit_update, update};
pub(crate) use upload::Upload;
pub use upload::{DropletFile, admit_upload, upload};

/// The name of the resource in "… not found".
pub(crate) const RESOURCE: &str = "Droplet";
