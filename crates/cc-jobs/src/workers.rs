//! The workers of one process, from start to drain.

use crate::claimer::Claimer;
use crate::deployments;
use crate::registry::Registry;
use crate::settings::Settings;
use crate::upkeep::Upkeep;
use cc_actions::Ports;
use cc_domain::job::ports::JobQueue;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

/// Running workers. Dropped without [`Workers::drain`], everything that runs is cut off.
pub struct Workers {
    stop: watch::Sender<Option<Instant>>,
    tasks: JoinSet<()>,
}

impl Workers {
    /// Starts to work on the queue with the standard handlers. Needs a tokio runtime.
    pub fn start(ports: Ports, queue: Arc<dyn JobQueue>, settings: Settings) -> Self {
        Self::start_with(ports, queue, settings, Registry::standard())
    }

    /// As [`Workers::start`], with these handlers only.
    pub fn start_with(
        ports: Ports,
        queue: Arc<dyn JobQueue>,
        settings: Settings,
        registry: Registry,
    ) -> Self {
        let (stop, stopped) = watch::channel(None);
        let (settings, released) = (Arc::new(settings), Arc::new(Notify::new()));
        let upkeep = Upkeep {
            ports: ports.clone(),
            queue: Arc::clone(&queue),
            settings: Arc::clone(&settings),
            stop: stopped.clone(),
            released: Arc::clone(&released),
        };
        let deployments = deployments::work(ports.clone(), settings.deploy_every, stopped.clone());
        let claimer =
            Claimer { ports, queue, registry: Arc::new(registry), settings, stop: stopped, released };
        let mut tasks = JoinSet::new();
        tasks.spawn(upkeep.work());
        tasks.spawn(deployments);
        tasks.spawn(claimer.work());
        Self { stop, tasks }
    }

    /// Takes no more jobs and waits up to `patience` for those that run. The rest is cut off, its leases run out, and another process or
    /// the next start runs it again.
    pub async fn drain(mut self, patience: Duration) {
        self.stop.send_replace(Some(Instant::now() + patience));
        while self.tasks.join_next().await.is_some() {}
    }
}
