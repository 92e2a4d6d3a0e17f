//! The signing keys in use, read from `Accounts` and kept parsed.

use crate::rsa_key::{KeyError, ReadyKey, generate};
use arc_swap::ArcSwap;
use cc_domain::identity::{Accounts, AccountsError, TokenError};
use cc_domain::time::Timestamp;
use std::sync::Arc;
use tokio::sync::Mutex;

/// Seconds after which the keys are read again, so that a rotation elsewhere is noticed.
const REREAD_AFTER: i64 = 60;
/// Seconds between two reads that an unknown `kid` causes.
const REREAD_FOR_UNKNOWN_AFTER: i64 = 5;

/// A new signing key cannot be made active.
#[derive(Debug, thiserror::Error)]
pub enum RotateError {
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error("the signing keys cannot be kept")]
    Accounts(#[from] AccountsError),
    #[error("another replica changed the signing key at the same time")]
    Raced,
    #[error("the thread that makes keys ended early")]
    Thread,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum RingError {
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error("the signing keys cannot be read")]
    Accounts(#[from] AccountsError),
    #[error("there is no active signing key")]
    Empty,
}

impl From<RingError> for TokenError {
    fn from(error: RingError) -> Self {
        Self::Unavailable(Box::new(error))
    }
}

pub(crate) struct KeyRing {
    accounts: Arc<dyn Accounts>,
    keys: ArcSwap<Keys>,
    /// Held while reading, so that one read serves all who wait.
    reading: Mutex<()>,
}

#[derive(Default)]
struct Keys {
    ready: Vec<Arc<ReadyKey>>,
    read_at: Option<Timestamp>,
}

impl Keys {
    fn is_older(&self, seconds: i64, now: Timestamp) -> bool {
        self.read_at.is_none_or(|at| !now.is_within(seconds, at))
    }
}

impl KeyRing {
    pub(crate) fn new(accounts: Arc<dyn Accounts>) -> Self {
        Self { accounts, keys: ArcSwap::default(), reading: Mutex::new(()) }
    }

    /// The key that signs.
    pub(crate) async fn active(&self, now: Timestamp) -> Result<Arc<ReadyKey>, RingError> {
        let keys = self.current(REREAD_AFTER, now).await?;
        keys.ready.iter().find(|key| key.is_active).cloned().ok_or(RingError::Empty)
    }

    /// The key of that name; `None` if there is none even after a fresh look.
    pub(crate) async fn named(&self, kid: &str, now: Timestamp) -> Result<Option<Arc<ReadyKey>>, RingError> {
        let find = |keys: &Keys| keys.ready.iter().find(|key| key.public.kid == kid).cloned();
        match find(&*self.current(REREAD_AFTER, now).await?) {
            Some(key) => Ok(Some(key)),
            None => Ok(find(&*self.current(REREAD_FOR_UNKNOWN_AFTER, now).await?)),
        }
    }

    /// All keys as the store has them now, the active one first.
    pub(crate) async fn all(&self) -> Result<Vec<Arc<ReadyKey>>, RingError> {
        let mut ready = self.load().await?;
        ready.sort_by_key(|key| !key.is_active);
        Ok(ready)
    }

    /// Makes a new key and signs with it from now on; the old ones keep verifying.
    pub(crate) async fn rotate(&self, kid: String, now: Timestamp) -> Result<(), RotateError> {
        let old = self.accounts.signing_keys().await?.into_iter().find(|key| key.is_active);
        let key = tokio::task::spawn_blocking(move || generate(kid, now));
        let key = key.await.map_err(|_| RotateError::Thread)??;
        if !self.accounts.activate_signing_key(&key, old.map(|key| key.kid)).await? {
            return Err(RotateError::Raced);
        }
        self.keys.store(Arc::default());
        Ok(())
    }

    async fn current(&self, at_most: i64, now: Timestamp) -> Result<Arc<Keys>, RingError> {
        let keys = self.keys.load_full();
        if !keys.is_older(at_most, now) {
            return Ok(keys);
        }
        let _reading = self.reading.lock().await;
        let keys = self.keys.load_full();
        if !keys.is_older(at_most, now) {
            return Ok(keys);
        }
        let keys = Arc::new(Keys { ready: self.load().await?, read_at: Some(now) });
        self.keys.store(Arc::clone(&keys));
        Ok(keys)
    }

    async fn load(&self) -> Result<Vec<Arc<ReadyKey>>, RingError> {
        let stored = self.accounts.signing_keys().await?;
        let ready: Result<Vec<_>, KeyError> =
            stored.iter().map(|key| ReadyKey::read(key).map(Arc::new)).collect();
        Ok(ready?)
    }
}
