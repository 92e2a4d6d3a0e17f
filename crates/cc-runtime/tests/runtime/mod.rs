//! Apps that really run, in every tier this machine can show.

mod adoption;
mod builds;
mod crash;
mod isolation;
mod processes;
mod stand;
mod tasks;
