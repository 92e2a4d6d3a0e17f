//! Where in the blob store the bits of what lie.

use crate::app::App;
use crate::buildpack::Buildpack;
use crate::droplet::Droplet;
use crate::guid::Guid;
use crate::package::Package;

pub fn package(guid: &Guid<Package>) -> String {
    format!("packages/{guid}")
}

pub fn droplet(guid: &Guid<Droplet>) -> String {
    format!("droplets/{guid}")
}

/// The digest is part of it, since bits of one buildpack may be replaced while it is in use.
pub fn buildpack(guid: &Guid<Buildpack>, sha256: &str) -> String {
    format!("buildpacks/{guid}/{sha256}")
}

/// What builds of an app on a stack leave for the next one.
pub fn buildpack_cache(app: &Guid<App>, stack: &str) -> String {
    format!("{}/{stack}", buildpack_caches(app))
}

/// The folder of all caches of an app.
pub fn buildpack_caches(app: &Guid<App>) -> String {
    format!("buildpack_cache/{app}")
}
