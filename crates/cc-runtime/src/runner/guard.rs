//! Who listens on the ports of instances, looked at all the time, and containers that keep ports from all others.

use super::{Shared, Will, health};
use crate::depot::{Found, OnLine};
use crate::listeners::{self, Hold, Holder, Listener, sockets_of};
use crate::supervisor::Cause;
use crate::supervisor::protocol::Ask;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// All sockets that hold TCP ports of this machine.
pub(crate) type Scan = BTreeMap<u16, Vec<Listener>>;

/// What there is to tell of the ports of an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finding {
    /// At least one port has a listener, and all listeners are its own.
    Holds,
    /// Somebody else listens on this port. The last thing told.
    Taken(u16),
}

/// A take-over is noticed within this time.
const PERIOD: Duration = Duration::from_secs(1);
/// Pauses between looks at a fresh instance; afterwards one scan after another.
const FRESH_MS: [u64; 8] = [20, 50, 100, 100, 200, 200, 500, 500];
/// Ports of the range that a container may hold without having been given them.
const MOST_STRAYS: usize = 16;

/// Looks after the ports of one container.
pub(super) async fn watch(
    holder: &Arc<Holder>,
    ports: &[u16],
    mut scans: watch::Receiver<Arc<Scan>>,
    tell: impl Fn(Finding),
) {
    let mut fresh = FRESH_MS.into_iter();
    let mut holds = false;
    loop {
        let scan = match fresh.next().filter(|_| !holds) {
            Some(pause) => {
                tokio::time::sleep(Duration::from_millis(pause)).await;
                None
            }
            None if scans.changed().await.is_err() => return,
            None => Some(Arc::clone(&scans.borrow_and_update())),
        };
        for port in ports {
            let is_known =
                |scan: &Arc<Scan>| holder.knows(scan.get(port).map(Vec::as_slice).unwrap_or_default());
            if holds && scan.as_ref().is_some_and(is_known) {
                continue;
            }
            // A scan may be older than the container; this is not.
            match health::look(holder, *port).await {
                Ok(Hold::Foreign) => return tell(Finding::Taken(*port)),
                Ok(Hold::Own) if !holds => {
                    holds = true;
                    tell(Finding::Holds);
                }
                Ok(Hold::Own | Hold::Nobody) => {}
                Err(error) => tracing::warn!(%error, port, "cannot tell who listens on a port"),
            }
        }
    }
}

/// Scans until the engine ends.
pub(super) async fn scan(shared: Arc<Shared>) {
    if !shared.is_released().await {
        return;
    }
    let mut will = shared.will.subscribe();
    let mut known = BTreeSet::new();
    loop {
        let over = will.wait_for(|will| matches!(will, Will::Leave | Will::Stop));
        if tokio::time::timeout(PERIOD, over).await.is_ok() {
            return;
        }
        let found = tokio::task::spawn_blocking(|| listeners::find(None)).await;
        let Ok(Ok(found)) = found else {
            tracing::warn!("cannot tell who listens on the ports of this machine");
            continue;
        };
        let mut scan = Scan::new();
        for listener in found {
            scan.entry(listener.port).or_default().push(listener);
        }
        let strays = strays(&scan, &shared.config.ports, |port| shared.resources.is_taken(port));
        shared.listeners.send_replace(Arc::new(scan));
        if strays.len() > MOST_STRAYS && strays != known {
            stop_hoarders(&shared, &strays).await;
        }
        known = strays;
    }
}

/// Sockets on ports of the range that no instance was given.
fn strays(scan: &Scan, range: &RangeInclusive<u16>, is_taken: impl Fn(u16) -> bool) -> BTreeSet<u64> {
    let within = scan.range(range.clone()).filter(|(port, _)| !is_taken(**port));
    within.flat_map(|(_, listeners)| listeners).map(|listener| listener.inode).collect()
}

/// Ends every container that holds many of these: with the range full nobody else could start.
async fn stop_hoarders(shared: &Arc<Shared>, strays: &BTreeSet<u64>) {
    let (depot, all) = (Arc::clone(&shared.depot), strays.clone());
    let hoarders = tokio::task::spawn_blocking(move || {
        let count = |id: &String| sockets_of(&depot.folder(id)).intersection(&all).count();
        let counted = depot.ids().into_iter().map(|id| (count(&id), id));
        counted.filter(|(count, _)| *count > MOST_STRAYS).collect::<Vec<_>>()
    });
    for (count, id) in hoarders.await.unwrap_or_default() {
        tracing::warn!(
            container = id,
            count,
            "a container holds ports of the range for instances; it is stopped"
        );
        let quiet: OnLine = Arc::new(|_, _| {});
        if let Found::Alive(handle) = shared.depot.open(&id, false, quiet).await {
            let text = format!("held {count} ports that are for other instances");
            handle.remote().ask(Ask::Kill { cause: Cause::Setup(text) });
            // An answer says that it was heard: what is asked right before the end of a connection is not.
            let _ = handle.remote().usage().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Scan, strays};
    use crate::listeners::Listener;

    #[test]
    fn strays_are_those_within_the_range_that_were_given_to_nobody() {
        let listener = |port: u16| Listener {
            port,
            address: "127.0.0.1".parse().unwrap(),
            only_v6: false,
            is_listening: true,
            inode: port.into(),
        };
        let scan: Scan = [79, 80, 81, 82, 83].map(|port| (port, vec![listener(port)])).into();
        let found = strays(&scan, &(80..=82), |port| port == 81);
        assert_eq!(found.into_iter().collect::<Vec<_>>(), [80, 82]);
    }
}
