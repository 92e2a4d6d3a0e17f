//! Apps that really run, in every tier this machine can show.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stand that fails is a failed test")]

mod adoption;
mod builds;
mod crash;
mod disk;
mod isolation;
mod network;
mod ports;
mod processes;
mod stand;
mod tasks;
