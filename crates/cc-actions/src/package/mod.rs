//! Packages.

mod archive;
mod copy;
mod create;
mod delete;
mod download;
mod read;
mod update;
mod upload;

pub use copy::{copy, copy_bits};
pub use create::create;
pub use delete::{delete, delete_all_of, deletion};
pub use download::download;
pub use read::{get, list, list_of_app};
pub use update::update;
pub use upload::{PackageUpload, Upload, admit_upload, process_upload, upload};

/// The name of the resource in "… not found".
pub(crate) const RESOURCE: &str = "Package";
