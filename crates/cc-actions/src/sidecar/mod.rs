//! Sidecars, as clients read them. Manifests and droplets make them.

mod read;

pub use read::{get, list_of_app, list_of_process};

/// The name of the resource in "… not found".
pub(crate) const RESOURCE: &str = "Sidecar";
