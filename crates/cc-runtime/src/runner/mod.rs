//! Running: desired work on disk, actors that bring the machine to it, and what they share.

pub(crate) mod config;
mod crashes;
mod decide;
pub(crate) mod ending;
pub(crate) mod environment;
mod guard;
mod health;
pub(crate) mod instance;
pub(crate) mod port;
pub(crate) mod process;
pub(crate) mod report;
pub(crate) mod resources;
mod slot;
mod start;
pub(crate) mod stored;

pub use config::{Config, Connections, StartError};
pub use report::{Emit, Endpoint, EndpointChange, EndpointsChanged, LogLine, Output};
pub use start::LocalRuntime;

use crate::depot::{Depot, Event, Found};
use crate::errand::Errands;
use crate::network::dial::Reach;
use crate::seal::Sealer;
use crate::supervisor::protocol::Ask;
use cc_domain::runtime::{Ack, InstanceEvent};
use cc_domain::traffic::Way;
use resources::Resources;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, watch};

/// What all actors are to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Will {
    /// Touch nothing yet.
    Wait,
    Run,
    /// End, and leave the containers running.
    Leave,
    /// Stop all containers, then end.
    Stop,
}

/// Means that all parts of the engine share.
pub(crate) struct Shared {
    pub config: Config,
    pub connections: Connections,
    pub depot: Arc<Depot>,
    pub resources: Resources,
    /// Folder for artifacts on their way into a container.
    pub spool: PathBuf,
    /// Folders of records.
    pub processes: PathBuf,
    pub crashes: PathBuf,
    pub tasks: PathBuf,
    pub builds: PathBuf,
    pub errands: Errands,
    pub sealer: Sealer,
    pub news: mpsc::UnboundedSender<InstanceEvent>,
    pub will: watch::Sender<Will>,
    /// Changes whenever something was given back.
    pub room: watch::Sender<u64>,
    /// Who listens where, anew every second.
    pub listeners: watch::Sender<Arc<guard::Scan>>,
    pub started: Instant,
    /// Limits how many instances are made at a time, as on a cell of Diego.
    pub making: Arc<tokio::sync::Semaphore>,
    /// Limits how many builds run at a time.
    pub staging: Arc<tokio::sync::Semaphore>,
}

impl Shared {
    /// The way to what is not known to have a network of its own.
    pub fn host(&self) -> Reach {
        Reach { host: self.config.host.clone(), way: Way::Host }
    }

    /// Milliseconds of a clock that never goes back. Starts far from zero, so that times before the start fit.
    pub fn now_ms(&self) -> u64 {
        const DAYS: u64 = 1 << 40;
        DAYS + u64::try_from(self.started.elapsed().as_millis()).unwrap_or(0)
    }

    /// Whoever waits for room may look again.
    pub fn tell_room(&self) {
        self.room.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Waits until it is said what to do; false: nothing.
    pub async fn is_released(&self) -> bool {
        let mut will = self.will.subscribe();
        let released = will.wait_for(|will| *will != Will::Wait).await;
        released.is_ok_and(|will| *will != Will::Leave)
    }

    /// Reports it after those before it.
    pub fn tell(&self, event: InstanceEvent) {
        let _ = self.news.send(event);
    }

    /// Delivers what [`Shared::tell`] was given, in that order.
    pub async fn deliver(self: Arc<Self>, mut news: mpsc::UnboundedReceiver<InstanceEvent>) {
        let mut will = self.will.subscribe();
        loop {
            let event = tokio::select! {
                event = news.recv() => event,
                _ = will.wait_for(|will| matches!(will, Will::Leave | Will::Stop)) => news.try_recv().ok(),
            };
            let Some(event) = event else { return };
            let mut pause = Duration::from_millis(500);
            while self.connections.events.instance_event(event.clone()).await == Ack::RetryLater {
                let is_ending = will.wait_for(|will| matches!(will, Will::Leave | Will::Stop));
                if tokio::time::timeout(pause, is_ending).await.is_ok() {
                    return;
                }
                pause = (pause * 2).min(Duration::from_mins(1));
            }
        }
    }

    /// Stops and removes a container that nobody wants.
    pub async fn put_down(self: &Arc<Self>, id: String, guid: String) {
        if !self.is_released().await {
            return;
        }
        let quiet: crate::depot::OnLine = Arc::new(|_, _| {});
        if let Found::Alive(mut handle) = self.depot.open(&id, false, quiet).await {
            let grace_ms = u64::try_from(self.config.grace.as_millis()).unwrap_or(u64::MAX);
            handle.remote().ask(Ask::Stop { grace_ms });
            while let Some(event) = handle.events.recv().await {
                if let Event::Ended(_) = event {
                    break;
                }
            }
            handle.remote().ask(Ask::Forget);
        }
        let shared = Arc::clone(self);
        let removed = tokio::task::spawn_blocking(move || {
            shared.depot.remove(&id);
            shared.resources.free(&guid);
        });
        let _ = removed.await;
    }
}

#[expect(clippy::disallowed_methods, reason = "instances are named by the engine")]
pub(crate) fn new_guid() -> String {
    uuid::Uuid::new_v4().to_string()
}
