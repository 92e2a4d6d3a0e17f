//! Buildpacks that the installation offers.

mod read;

pub use read::{get, list};

/// The name of the resource in "… not found".
pub(crate) const RESOURCE: &str = "Buildpack";
