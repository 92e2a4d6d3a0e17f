//! One attempt at a time for a login that failed often.

use cc_domain::identity::LoginKey;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OwnedMutexGuard;

type Turns = Arc<Mutex<HashMap<LoginKey, Arc<tokio::sync::Mutex<()>>>>>;

/// Makes attempts on one user from one address wait for each other, so that the delay cannot be bought off by
/// asking many times at once. Holds nothing for logins at which nobody waits.
#[derive(Clone, Default)]
pub struct LoginGate(Turns);

/// The turn; ends when dropped.
pub struct Turn {
    turns: Turns,
    key: LoginKey,
    guard: Option<OwnedMutexGuard<()>>,
}

impl LoginGate {
    /// Waits until nobody else has the turn.
    pub async fn enter(&self, key: &LoginKey) -> Turn {
        let turn = {
            let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(turns.entry(key.clone()).or_default())
        };
        let mut entered = Turn { turns: Arc::clone(&self.0), key: key.clone(), guard: None };
        entered.guard = Some(turn.lock_owned().await);
        entered
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.guard = None;
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        if turns.get(&self.key).is_some_and(|turn| Arc::strong_count(turn) == 1) {
            turns.remove(&self.key);
        }
    }
}
