//! Tokens that were verified lately, by the hash of their text.

use cc_domain::identity::Claims;
use cc_domain::time::Timestamp;
use sha2::{Digest as _, Sha256};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

type Key = [u8; 32];

/// A bounded cache. Expiry is the caller's to check each time, and how old a verdict may be, too.
pub(crate) struct VerifiedCache {
    inner: Mutex<Inner>,
    capacity: usize,
}

#[derive(Default)]
struct Inner {
    entries: HashMap<Key, Verified>,
    /// In order of insertion; the oldest goes first when the cache is full.
    order: VecDeque<Key>,
    generation: u64,
}

#[derive(Clone)]
pub(crate) struct Verified {
    pub(crate) claims: Arc<Claims>,
    pub(crate) checked_at: Timestamp,
}

impl VerifiedCache {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { inner: Mutex::default(), capacity }
    }

    pub(crate) fn key(token: &str) -> Key {
        Sha256::digest(token.as_bytes()).into()
    }

    pub(crate) fn get(&self, key: &Key) -> Option<Verified> {
        self.lock().entries.get(key).cloned()
    }

    /// What [`put`](Self::put) needs to know, to be taken before the standing is read.
    pub(crate) fn generation(&self) -> u64 {
        self.lock().generation
    }

    /// Keeps a verdict, unless the cache was cleared since `generation` was taken: a revocation must not lose
    /// against a check that began before it.
    pub(crate) fn put(&self, key: Key, verified: Verified, generation: u64) {
        let mut inner = self.lock();
        if inner.generation != generation {
            return;
        }
        if inner.entries.insert(key, verified).is_none() {
            inner.order.push_back(key);
        }
        while inner.order.len() > self.capacity {
            if let Some(oldest) = inner.order.pop_front() {
                inner.entries.remove(&oldest);
            }
        }
    }

    pub(crate) fn clear(&self) {
        let mut inner = self.lock();
        inner.entries.clear();
        inner.order.clear();
        inner.generation = inner.generation.wrapping_add(1);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
