//! Builds.
//!
//! [`create`] writes the row and queues [`StartBuild`], which hands the build to the engine; the engine reports to [`finished`], which
//! makes the droplet. [`sweep`] ends what an engine lost.

mod create;
mod delete;
mod finish;
mod read;
mod start;
mod sweep;
mod update;

pub use create::create;
pub(crate) use delete::{CancelBuild, delete_all_of};
pub use finish::finished;
pub use read::{get, just_over, list, list_of_app};
pub(crate) use start::StartBuild;
pub use sweep::sweep;
pub use update::{BuildChange, StagerEnd, admit_update, update};

/// The name of the resource in "… not found".
pub(crate) const RESOURCE: &str = "Build";
