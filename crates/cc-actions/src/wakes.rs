//! Who waits for a change is woken by it: what lets a held read answer the moment something happens (architecture 5).
//!
//! In one process only. On other replicas a held read ends when its time is up, which is what it does anyway.

use std::time::Duration;
use tokio::sync::broadcast;

/// What a change was about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    Build,
    /// The bits of a package are there, or cannot be.
    Package,
    /// Instances of a process came, went or changed their state.
    Process,
}

/// Changes that were committed, by kind and guid.
pub struct Wakes {
    changes: broadcast::Sender<(Changed, String)>,
}

/// A waiter that falls this far behind wakes up at once instead.
const BACKLOG: usize = 1_024;

impl Default for Wakes {
    fn default() -> Self {
        Self { changes: broadcast::channel(BACKLOG).0 }
    }
}

/// A place in the line, taken before the state is read, so that no change falls between the reading and the waiting.
pub struct Waiting {
    changes: broadcast::Receiver<(Changed, String)>,
}

impl Wakes {
    /// Wakes everyone who waits for this. Call it after the commit.
    pub fn changed(&self, kind: Changed, guid: &str) {
        // Nobody waiting is no error.
        let _ = self.changes.send((kind, guid.to_owned()));
    }

    pub fn listen(&self) -> Waiting {
        Waiting { changes: self.changes.subscribe() }
    }
}

impl Waiting {
    /// Returns at the next change of this, or after `at_most`.
    pub async fn until(&mut self, kind: Changed, guid: &str, at_most: Duration) {
        let changed = async {
            loop {
                match self.changes.recv().await {
                    Ok((k, g)) if k == kind && g == guid => return,
                    Ok(_) => {}
                    Err(broadcast::error::RecvError::Lagged(_)) => return,
                    Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
                }
            }
        };
        let _ = tokio::time::timeout(at_most, changed).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_change_between_reading_and_waiting_is_not_missed() {
        let wakes = Wakes::default();
        let mut waiting = wakes.listen();
        wakes.changed(Changed::Build, "other");
        wakes.changed(Changed::Build, "b");
        let begun = tokio::time::Instant::now();
        waiting.until(Changed::Build, "b", Duration::from_secs(2)).await;
        assert_eq!(begun.elapsed(), Duration::ZERO);
        waiting.until(Changed::Process, "b", Duration::from_secs(2)).await;
        assert_eq!(begun.elapsed(), Duration::from_secs(2));
    }
}
