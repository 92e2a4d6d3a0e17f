//! Waking: workers when work was queued, held reads when a job ended. Nothing here is needed for correctness; everyone also looks again
//! after a while.

use crate::any::{Any, Conn};
use crate::errors::failed;
use cc_domain::store::StoreError;
use diesel_async::SimpleAsyncConnection;
use std::time::Duration;
use tokio::sync::{Notify, broadcast};

/// Ends that a slow listener may fall behind; it then looks for itself.
const BACKLOG: usize = 256;
/// The channel of PostgreSQL on which a commit with new jobs is announced.
pub const CHANNEL: &str = "cc_jobs";

/// The bells of one process.
pub struct Wakes {
    work: Notify,
    ended: broadcast::Sender<Box<str>>,
}

impl Default for Wakes {
    fn default() -> Self {
        Self { work: Notify::new(), ended: broadcast::channel(BACKLOG).0 }
    }
}

impl Wakes {
    /// Tells other replicas, as part of the transaction: they hear it if and when it commits.
    pub async fn announce(conn: &mut Conn) -> Result<(), StoreError> {
        match conn.flavour() {
            Any::Postgres => conn.batch_execute(&format!("NOTIFY {CHANNEL}")).await.map_err(failed),
            Any::Sqlite => Ok(()),
        }
    }

    /// Wakes all who wait for work, and leaves a permit for one who is about to.
    pub fn wake_workers(&self) {
        self.work.notify_waiters();
        self.work.notify_one();
    }

    pub async fn work(&self, at_most: Duration) {
        // Either way the worker looks: that the time is over is no failure.
        let _ = tokio::time::timeout(at_most, self.work.notified()).await;
    }

    pub fn job_ended(&self, guid: &str) {
        // Without a listener there is nobody to tell.
        let _ = self.ended.send(guid.into());
    }

    pub fn ends(&self) -> broadcast::Receiver<Box<str>> {
        self.ended.subscribe()
    }
}
