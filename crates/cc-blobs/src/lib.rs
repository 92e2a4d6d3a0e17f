//! Where the bits are: the blob ports over `object_store`.
//!
//! [`ObjectBlobs`] keeps blobs as files below a folder (or, for tests, in memory); both digests are computed while the bits pass, so
//! they are read once. [`ResourcePool`] is the files that apps have in common, by SHA-1. Keys come from the domain and are safe as
//! paths. Nothing here decides what is stored or when it may go.
#![forbid(unsafe_code)]

mod hashing;
mod object_blobs;
mod resource_pool;

pub use object_blobs::ObjectBlobs;
pub use resource_pool::ResourcePool;
