//! What happens later, and exactly once: workers that run the queue.
//!
//! A change enqueues its jobs in its own transaction; [`Workers`] claim them under a lease and run the handler that the [`Registry`] has
//! for the operation. A handler reads its rows again and may run twice without harm: what counts is recorded under the lease and
//! attempt of the run that did it. Handlers only call use cases of `cc-actions`; a folder per resource, a file per operation. Nothing
//! here knows HTTP or a database. Start reading at [`Workers::start`], then `run`.
#![forbid(unsafe_code)]

mod claimer;
mod outcome;
mod payload;
mod registry;
mod run;
mod settings;
mod upkeep;
mod workers;

mod app;
mod blob;
mod build;
mod buildpack;
mod domain;
mod droplet;
mod organization;
mod package;
mod process;
mod role;
mod route;
mod space;
mod user;

pub use payload::payload;
pub use registry::{Handler, Registry, Running};
pub use run::run_due;
pub use settings::Settings;
pub use workers::Workers;
