//! Which handler runs which operation.

use crate::{
    app, blob, build, buildpack, domain, droplet, organization, package, process, role, route, space, user,
};
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
        Self::default()
            .with("app.delete", app::delete::run)
            .with("app.expire_bits", app::expire_bits::run)
            .with("package.copy", package::copy::run)
            .with("package.delete", package::delete::run)
            .with("package.upload", package::upload::run)
            .with("build.start", build::start::run)
            .with("build.cancel", build::cancel::run)
            .with("droplet.copy", droplet::copy::run)
            .with("droplet.upload", droplet::upload::run)
            .with("droplet.delete", droplet::delete::run)
            .with("buildpack.upload", buildpack::upload::run)
            .with("buildpack.delete", buildpack::delete::run)
            .with("blobs.delete", blob::delete::run)
            .with("process.sync", process::sync::run)
            .with("domain.delete", domain::delete::run)
            .with("organization.delete", organization::delete::run)
            .with("space.delete", space::delete::run)
            .with("space.apply_manifest", space::apply_manifest::run)
            .with("space.delete_unmapped_routes", space::delete_unmapped_routes::run)
            .with("route.delete", route::delete::run)
            .with("route.sync", route::sync::run)
            .with("role.delete", role::delete::run)
            .with("user.delete", user::delete::run)
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
