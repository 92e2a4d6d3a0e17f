//! Who may try a password now. Every line has an end: who would stand behind it is sent away at once.

use cc_domain::identity::{LoginKey, MOST_AT_ONE_LOGIN};
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};

/// Attempts in one lane: a hash takes some hundredths of a second, so the last waits for some seconds.
const MOST_IN_LANE: usize = 128;
/// Of them from one address, so that no address fills a lane.
const MOST_FROM_ADDRESS: usize = 64;
/// Logins that are remembered as having succeeded.
const MOST_FAMILIAR: usize = 4096;

/// Two gates before a password is hashed. A login that failed often is tried once at a time ([`LoginGate::enter`]), so that the delay
/// cannot be bought off by asking many times at once. And hashes are made one after the other ([`LoginGate::line_up`]), with a lane of
/// their own for logins that succeeded before: a flood of made-up names stands behind them, wherever it comes from.
#[derive(Clone, Default)]
pub struct LoginGate(Arc<Inner>);

#[derive(Default)]
struct Inner {
    state: Mutex<State>,
    familiar: Lane,
    strange: Lane,
}

#[derive(Default)]
struct State {
    /// Logins at which somebody waits, with how many.
    turns: HashMap<LoginKey, (usize, Arc<tokio::sync::Mutex<()>>)>,
    known: HashSet<LoginKey>,
    /// The oldest is forgotten first.
    known_since: VecDeque<LoginKey>,
}

/// One hash at a time.
struct Lane {
    turn: Arc<Semaphore>,
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    all: usize,
    from: HashMap<String, usize>,
}

impl Default for Lane {
    fn default() -> Self {
        Self { turn: Arc::new(Semaphore::new(1)), waiting: Mutex::default() }
    }
}

/// There is no room: to be asked again in [`CROWD_GONE_AFTER`](cc_domain::identity::CROWD_GONE_AFTER) seconds.
#[derive(Debug)]
pub struct Crowded;

/// The turn at one login; ends when dropped.
pub struct Turn {
    gate: Arc<Inner>,
    key: LoginKey,
    guard: Option<OwnedMutexGuard<()>>,
}

/// The right to have a password hashed; ends when dropped.
pub struct Place {
    gate: Arc<Inner>,
    address: String,
    is_familiar: bool,
    permit: Option<OwnedSemaphorePermit>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl LoginGate {
    /// Waits until nobody else has the turn at this login, if the line is not full.
    pub async fn enter(&self, key: &LoginKey) -> Result<Turn, Crowded> {
        let turn = {
            let mut state = locked(&self.0.state);
            let (waiting, turn) = state.turns.entry(key.clone()).or_default();
            if *waiting >= MOST_AT_ONE_LOGIN {
                return Err(Crowded);
            }
            *waiting += 1;
            Arc::clone(turn)
        };
        let mut entered = Turn { gate: Arc::clone(&self.0), key: key.clone(), guard: None };
        entered.guard = Some(turn.lock_owned().await);
        Ok(entered)
    }

    /// Waits for the next hash, if the lane is not full.
    pub async fn line_up(&self, key: &LoginKey) -> Result<Place, Crowded> {
        let is_familiar = locked(&self.0.state).known.contains(key);
        let lane = self.0.lane(is_familiar);
        {
            let mut waiting = locked(&lane.waiting);
            let from = waiting.from.get(&key.address).copied().unwrap_or_default();
            if waiting.all >= MOST_IN_LANE || from >= MOST_FROM_ADDRESS {
                return Err(Crowded);
            }
            waiting.all += 1;
            waiting.from.insert(key.address.clone(), from + 1);
        }
        let gate = Arc::clone(&self.0);
        let mut place = Place { gate, address: key.address.clone(), is_familiar, permit: None };
        // The semaphore is never closed; without a permit the hashing threads keep the order.
        place.permit = Arc::clone(&lane.turn).acquire_owned().await.ok();
        Ok(place)
    }

    /// The login succeeded: from now on it does not stand behind strangers.
    pub fn remember(&self, key: &LoginKey) {
        let mut state = locked(&self.0.state);
        if state.known.insert(key.clone()) {
            state.known_since.push_back(key.clone());
        }
        while state.known_since.len() > MOST_FAMILIAR {
            if let Some(oldest) = state.known_since.pop_front() {
                state.known.remove(&oldest);
            }
        }
    }
}

impl Inner {
    fn lane(&self, is_familiar: bool) -> &Lane {
        if is_familiar { &self.familiar } else { &self.strange }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.guard = None;
        let mut state = locked(&self.gate.state);
        if let Some((waiting, _)) = state.turns.get_mut(&self.key) {
            *waiting = waiting.saturating_sub(1);
            if *waiting == 0 {
                state.turns.remove(&self.key);
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.permit = None;
        let mut waiting = locked(&self.gate.lane(self.is_familiar).waiting);
        waiting.all = waiting.all.saturating_sub(1);
        if let Some(from) = waiting.from.get_mut(&self.address) {
            *from = from.saturating_sub(1);
            if *from == 0 {
                waiting.from.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;

    fn key(user: &str, address: &str) -> LoginKey {
        LoginKey::new(user, "uaa", address)
    }

    #[tokio::test]
    async fn the_line_at_a_login_has_an_end_and_forgets_who_left() {
        let gate = LoginGate::default();
        let admin = key("admin", "10.0.0.1");
        let first = gate.enter(&admin).await.expect("nobody is there");
        let mut others: Vec<_> = (1..MOST_AT_ONE_LOGIN).map(|_| Box::pin(gate.enter(&admin))).collect();
        assert!(others.iter_mut().all(|other| other.now_or_never().is_none()));
        assert!(gate.enter(&admin).await.is_err());
        assert!(gate.enter(&key("admin", "10.0.0.2")).await.is_ok());
        drop(first);
        others.clear();
        assert!(gate.enter(&admin).await.is_ok());
        assert!(locked(&gate.0.state).turns.is_empty());
    }

    #[tokio::test]
    async fn a_flood_of_names_leaves_room_for_other_addresses_and_for_who_was_there_before() {
        let gate = LoginGate::default();
        let regular = key("regular", "10.0.0.1");
        gate.remember(&regular);
        let _hashing = gate.line_up(&key("name", "10.0.0.1")).await.expect("nobody is there");
        let flood: Vec<LoginKey> =
            (1..MOST_FROM_ADDRESS).map(|n| key(&format!("name-{n}"), "10.0.0.1")).collect();
        let mut waiting: Vec<_> = flood.iter().map(|name| Box::pin(gate.line_up(name))).collect();
        assert!(waiting.iter_mut().all(|other| other.now_or_never().is_none()));
        assert!(gate.line_up(&key("one more", "10.0.0.1")).await.is_err());
        assert!(gate.line_up(&key("else", "10.0.0.2")).now_or_never().is_none(), "waits");
        assert!(gate.line_up(&regular).now_or_never().is_some_and(|place| place.is_ok()));
        waiting.clear();
        assert_eq!(locked(&gate.0.strange.waiting).all, 1);
    }
}
