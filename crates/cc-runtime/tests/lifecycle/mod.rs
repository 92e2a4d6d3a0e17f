//! The programs that run in a container, run here without one: in temporary folders, as whoever runs the tests.

mod archives;
mod buildpacks;
mod builtins;
mod hostile_zips;
mod launcher;
mod staticfile;
mod support;
