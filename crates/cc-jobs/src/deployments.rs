//! Deployments go on: apart from the other upkeep, which may take long.

use cc_actions::{Ports, deployment};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval};

/// Looks at the deployments until it is told to stop.
pub(crate) async fn work(ports: Ports, every: Duration, mut stop: watch::Receiver<Option<Instant>>) {
    let mut looks = interval(every);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = stop.changed() => return,
            _ = looks.tick() => {
                if let Err(fault) = deployment::advance_all(&ports).await {
                    tracing::warn!(?fault, "deployments could not be looked at");
                }
            }
        }
    }
}
