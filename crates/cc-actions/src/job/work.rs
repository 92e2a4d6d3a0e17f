//! A kind of job is a type.

use super::kinds::Listed;
use crate::fault::Fault;
use crate::ports::Ports;
use cc_domain::job::JobResource;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A kind of job, beside the use case that it belongs to. Its fields are what is stored of one that waits, so the next version reads them
/// too: a new one needs a default, and none changes its name. Secrets do not belong in it.
pub trait Work: Listed + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// As it is stored, and as clients read it; as in `app.delete`.
    const NAME: &'static str;
    /// Smaller runs earlier.
    const PRIORITY: i32 = 0;
    /// Done, it leaves nothing behind that an answer could link to.
    const IS_DELETION: bool = false;

    /// What a client that polls the job reads that it is about. `None` for work that nobody polls.
    fn resource(&self) -> Option<JobResource> {
        None
    }

    /// Of work that nobody polls, at most one with the same key waits.
    fn key(&self) -> Option<String> {
        None
    }

    /// Does it. It reads again what it needs, since it may run late, and twice without harm. A fault of ours or of a dependency is tried
    /// again, any other ends the job with its errors.
    fn run(self, ports: &Ports) -> impl Future<Output = Result<(), Fault>> + Send;
}
