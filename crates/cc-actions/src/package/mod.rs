//! Packages.

mod archive;
mod copy;
mod create;
mod cut_off;
mod delete;
mod download;
mod read;
mod update;
mod upload;

pub(crate) use copy::CopyBits;
pub use copy::copy;
pub use create::create;
pub(crate) use cut_off::CutOff;
pub use delete::{delete, delete_all_of};
pub use download::download;
pub use read::{get, list, list_of_app};
pub use update::update;
pub(crate) use upload::Upload;
pub use upload::{PackageUpload, admit_upload, upload};

/// The name of the resource in "… not found".
pub(crate) const RESOURCE: &str = "Package";
