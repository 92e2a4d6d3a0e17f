//! The loop that takes jobs as there is room for them.

use crate::registry::Registry;
use crate::run::run;
use crate::settings::Settings;
use cc_actions::Ports;
use cc_domain::job::ports::JobQueue;
use futures_util::FutureExt;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

/// After the database refused a claim.
const PAUSE: Duration = Duration::from_secs(1);
/// The shortest wait for work that is due and cannot be had: its key runs, or another process was about to take it.
const SHORTEST: Duration = Duration::from_millis(100);

pub(crate) struct Claimer {
    pub(crate) ports: Ports,
    pub(crate) queue: Arc<dyn JobQueue>,
    pub(crate) registry: Arc<Registry>,
    pub(crate) settings: Arc<Settings>,
    /// `None` while work is wanted, then the moment until which what runs may end.
    pub(crate) stop: watch::Receiver<Option<Instant>>,
    /// Told when leases were given back.
    pub(crate) released: Arc<Notify>,
}

impl Claimer {
    /// Takes jobs until it is told to stop, then waits for those that run; what is not over by then is left to its lease.
    pub(crate) async fn work(mut self) {
        let mut running = JoinSet::new();
        while self.stop.borrow().is_none() {
            while running.try_join_next().is_some() {}
            metrics::gauge!("cc_jobs_running")
                .set(f64::from(u32::try_from(running.len()).unwrap_or(u32::MAX)));
            let room = self.settings.concurrency.saturating_sub(running.len());
            if room == 0 {
                self.wait_for_room(&mut running).await;
            } else {
                self.claim(&mut running, room).await;
            }
        }
        let until = self.stop.borrow().unwrap_or_else(Instant::now);
        let rest = async { while running.join_next().await.is_some() {} };
        if tokio::time::timeout_at(until, rest).await.is_err() {
            tracing::warn!(
                jobs = running.len(),
                "jobs were cut off by the shutdown; others will run them again"
            );
            running.shutdown().await;
        }
    }

    async fn claim(&mut self, running: &mut JoinSet<()>, room: usize) {
        // Listening starts before the look at the queue, so that work which arrives in between is heard of.
        let queue = Arc::clone(&self.queue);
        let mut wake = pin!(queue.wait_for_work(self.settings.idle));
        let has_news = wake.as_mut().now_or_never().is_some();
        let room = i64::try_from(room).unwrap_or(i64::MAX);
        match self.queue.claim(&self.settings.owner, room, self.ports.now()).await {
            Ok(jobs) if jobs.is_empty() => {
                if has_news {
                    return;
                }
                let due = self.until_due().await;
                tokio::select! {
                    _ = timeout(due, wake) => {}
                    // What just ended may have held back work of the same key.
                    Some(_) = running.join_next() => {}
                    () = self.released.notified() => {}
                    _ = self.stop.changed() => {}
                }
            }
            Ok(jobs) => {
                for job in jobs {
                    running.spawn(run(
                        self.ports.clone(),
                        Arc::clone(&self.queue),
                        Arc::clone(&self.registry),
                        Arc::clone(&self.settings),
                        job,
                    ));
                }
            }
            Err(error) => {
                tracing::warn!(%error, "jobs could not be claimed");
                tokio::select! {
                    () = sleep(PAUSE) => {}
                    _ = self.stop.changed() => {}
                }
            }
        }
    }

    /// The time until the next waiting job is due, at most the idle time.
    async fn until_due(&self) -> Duration {
        match self.queue.next_due().await {
            Ok(Some(due)) => {
                let micros = u64::try_from(due.micros_since(self.ports.now())).unwrap_or(0);
                Duration::from_micros(micros).clamp(SHORTEST, self.settings.idle.max(SHORTEST))
            }
            Ok(None) | Err(_) => self.settings.idle,
        }
    }

    async fn wait_for_room(&mut self, running: &mut JoinSet<()>) {
        tokio::select! {
            _ = running.join_next() => {}
            _ = self.stop.changed() => {}
        }
    }
}
