//! Apps that really run, in every tier this machine can show.

mod adoption;
mod crash;
mod isolation;
mod processes;
mod stand;
