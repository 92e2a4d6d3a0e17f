//! Requests in line: how many are answered at a time, and for how long the rest waits before it is refused.
//!
//! A server that is asked for more than it can do has to refuse some of it, and early: a request that has waited for seconds is of no use
//! to its client when its turn comes, but costs as much as any other. So a line may be long for a moment, but not for long (the idea of
//! CoDel): once it has not been empty for [`BUSY_AFTER`], a request waits for [`WAIT_WHEN_BUSY`] only. Reads and writes stand in lines of
//! their own; login, health and jobs in none, since they have connections of their own to the database.

use cc_actions::Fault;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

/// How long a request waits in a line that was empty a moment ago: a burst is worked off.
const WAIT: Duration = Duration::from_secs(1);
/// And in one that does not empty.
const WAIT_WHEN_BUSY: Duration = Duration::from_millis(100);
const BUSY_AFTER: Duration = Duration::from_millis(100);
/// Requests in line; what comes then is refused at once.
const LONGEST: usize = 4_096;

/// The lines of one server.
pub struct Lanes {
    pub reads: Lane,
    pub writes: Lane,
}

/// One line.
pub struct Lane {
    name: &'static str,
    turns: Arc<Semaphore>,
    waiting: AtomicUsize,
    epoch: Instant,
    /// When a request last found its turn free, in milliseconds since `epoch`.
    empty_ms: AtomicU64,
}

/// The turn of one request, free for the next one when all copies are dropped, or earlier.
#[derive(Clone)]
pub struct Turn(Arc<Mutex<Option<OwnedSemaphorePermit>>>);

/// There is more to do than can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many requests wait")]
pub struct Crowded;

impl Lanes {
    /// As many as may be answered at a time.
    pub fn new(reads: usize, writes: usize) -> Self {
        Self { reads: Lane::new("reads", reads), writes: Lane::new("writes", writes) }
    }
}

impl Default for Lanes {
    /// For few clients.
    fn default() -> Self {
        Self::new(16, 16)
    }
}

impl Lane {
    fn new(name: &'static str, turns: usize) -> Self {
        Self {
            name,
            turns: Arc::new(Semaphore::new(turns.max(1))),
            waiting: AtomicUsize::new(0),
            epoch: Instant::now(),
            empty_ms: AtomicU64::new(0),
        }
    }

    /// Waits for a turn, first come, first served.
    pub async fn turn(&self) -> Result<Turn, Crowded> {
        if let Ok(permit) = Arc::clone(&self.turns).try_acquire_owned() {
            self.empty_ms.store(self.now_ms(), Ordering::Relaxed);
            return Ok(Turn::of(permit));
        }
        let place = InLine::new(&self.waiting);
        let permit = if place.number > LONGEST {
            None
        } else {
            let turn = Arc::clone(&self.turns).acquire_owned();
            tokio::time::timeout(self.patience(), turn).await.ok().and_then(Result::ok)
        };
        drop(place);
        permit.map(Turn::of).ok_or_else(|| {
            metrics::counter!("cc_requests_refused_total", "lane" => self.name).increment(1);
            Crowded
        })
    }

    fn patience(&self) -> Duration {
        let since_empty = self.now_ms().saturating_sub(self.empty_ms.load(Ordering::Relaxed));
        if Duration::from_millis(since_empty) > BUSY_AFTER { WAIT_WHEN_BUSY } else { WAIT }
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.epoch.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

impl Turn {
    fn of(permit: OwnedSemaphorePermit) -> Self {
        Self(Arc::new(Mutex::new(Some(permit))))
    }

    /// Lets the next one go, for a request that only waits from here on.
    pub fn give_up(&self) {
        drop(self.0.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

/// Counted among those who wait.
struct InLine<'a> {
    waiting: &'a AtomicUsize,
    number: usize,
}

impl<'a> InLine<'a> {
    fn new(waiting: &'a AtomicUsize) -> Self {
        let number = waiting.fetch_add(1, Ordering::Relaxed) + 1;
        Self { waiting, number }
    }
}

impl Drop for InLine<'_> {
    fn drop(&mut self) {
        self.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

impl From<Crowded> for Fault {
    fn from(crowded: Crowded) -> Self {
        Self::unavailable("The server is overloaded. Try again later.", crowded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_burst_waits_and_a_standing_line_does_not() {
        let lane = Lane::new("reads", 1);
        let first = lane.turn().await.unwrap();
        let begun = Instant::now();
        // A burst: the line was empty just now.
        assert_eq!(lane.turn().await.err(), Some(Crowded));
        assert_eq!(begun.elapsed().as_millis(), 1_000);
        // It has not been empty since.
        let begun = Instant::now();
        assert_eq!(lane.turn().await.err(), Some(Crowded));
        assert_eq!(begun.elapsed().as_millis(), 100);
        drop(first);
        let again = lane.turn().await.unwrap();
        let (waits, ()) = tokio::join!(lane.turn(), async {
            tokio::time::sleep(Duration::from_millis(900)).await;
            drop(again);
        });
        assert!(waits.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_that_is_given_up_is_the_next_ones() {
        let lane = Lane::new("reads", 1);
        let turn = lane.turn().await.unwrap();
        let copy = turn.clone();
        turn.give_up();
        assert!(lane.turn().await.is_ok());
        drop(copy);
    }

    #[tokio::test(start_paused = true)]
    async fn a_line_that_is_too_long_takes_nobody_more() {
        let lane = Lane::new("reads", 1);
        let _turn = lane.turn().await.unwrap();
        lane.waiting.store(LONGEST, Ordering::Relaxed);
        let begun = Instant::now();
        assert_eq!(lane.turn().await.err(), Some(Crowded));
        assert_eq!(begun.elapsed(), Duration::ZERO);
        assert_eq!(lane.waiting.load(Ordering::Relaxed), LONGEST);
    }
}
