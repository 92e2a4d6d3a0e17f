//! Bits outside the database: packages, droplets, buildpacks, buildpack caches and known app files.
//!
//! A [`BlobKey`] is made from our own guids, never from what a client sent, and cannot leave its [`Bucket`] whatever the guid's text
//! is. How bits are kept and asked for is in [`ports`].

mod key;
pub mod ports;
mod resource;
pub mod sweep;

pub use key::{BlobKey, BlobPrefix, Bucket};
pub use resource::{Resource, ResourceLimits, Sha1};
