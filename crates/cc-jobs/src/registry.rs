//! Which handler runs which operation.

use cc_actions::job::KINDS;
use cc_actions::{Fault, Ports};
use cc_domain::job::{ClaimedJob, JobOutcome};
use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// A handler at work. A fault of ours or of a dependency is tried again, any other ends the job with its errors.
pub type Running = Pin<Box<dyn Future<Output = Result<JobOutcome, Fault>> + Send>>;
/// Runs one job. Dropped in the middle if the lease is lost.
pub type Handler = Arc<dyn Fn(Ports, ClaimedJob) -> Running + Send + Sync>;

/// The handlers by operation.
#[derive(Clone, Default)]
pub struct Registry {
    handlers: HashMap<&'static str, Handler>,
}

impl Registry {
    /// Every operation that this server enqueues.
    pub fn standard() -> Self {
        KINDS.iter().fold(Self::default(), |registry, kind| registry.with(kind.name, kind.run))
    }

    /// Adds the handler of an operation; a second one for the same operation takes its place.
    pub fn with<H, F>(mut self, operation: &'static str, handler: H) -> Self
    where
        H: Fn(Ports, ClaimedJob) -> F + Send + Sync + 'static,
        F: Future<Output = Result<JobOutcome, Fault>> + Send + 'static,
    {
        self.handlers.insert(operation, Arc::new(move |ports, job| Box::pin(handler(ports, job))));
        self
    }

    /// `None` for an operation that this version does not know.
    pub fn handler(&self, operation: &str) -> Option<Handler> {
        self.handlers.get(operation).cloned()
    }
}
