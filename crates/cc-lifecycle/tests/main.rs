//! The programs that run in a container, run here without one: in temporary folders, as whoever runs the
//! tests.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod archives;
mod buildpacks;
mod builtins;
mod git_buildpacks;
mod hostile_zips;
mod launcher;
mod makers;
mod staticfile;
mod support;
