//! What happens later, and exactly once: workers that run the queue.
//!
//! A change enqueues its jobs in its own transaction; [`Workers`] claim them under a lease and run the handler that the [`Registry`] has
//! for the operation. What a job does is its type in `cc-actions`, beside the use case that it belongs to; it may run twice without harm,
//! and what counts is recorded under the lease and attempt of the run that did it. Nothing here knows HTTP or a database. Start reading at
//! [`Workers::start`], then `run`.
#![forbid(unsafe_code)]

mod claimer;
mod deployments;
mod outcome;
mod registry;
mod run;
mod settings;
mod upkeep;
mod workers;

pub use registry::{Handler, Registry, Running};
pub use run::run_due;
pub use settings::Settings;
pub use workers::Workers;
