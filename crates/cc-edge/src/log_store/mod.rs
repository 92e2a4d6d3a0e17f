//! The log store in memory: a ring of envelopes per source, under a byte budget for each and for all.
//!
//! Locks: one per ring, held for an insertion, an eviction or the copying of a read; one for the queue of oldest envelopes.
//! The queue's is taken before a ring's, never the other way round.

mod feed;
mod filter;
mod ring;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use async_trait::async_trait;
use cc_domain::log::{
    Envelope, LogFeed, LogReadError, LogSink, LogSource, ReadQuery, SourceMeta, Subscription,
};

use feed::Feeds;
use filter::NameFilter;
use ring::Ring;

pub use ring::weight;

/// How much is kept.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Envelopes of one source.
    pub source_envelopes: usize,
    /// Bytes of one source, counted as [`weight`] does.
    pub source_bytes: usize,
    /// Bytes of all sources; 0 keeps nothing, and only subscriptions see what is emitted.
    pub total_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { source_envelopes: 100_000, source_bytes: 32 << 20, total_bytes: 64 << 20 }
    }
}

type SharedRing = Arc<Mutex<Ring>>;

/// The newest envelopes of every source. Over the total budget, the globally oldest goes first.
pub struct RingStore {
    limits: Limits,
    rings: RwLock<HashMap<Arc<str>, SharedRing>>,
    held_bytes: AtomicUsize,
    /// Every ring that is not empty, by a timestamp not above its oldest one. Entries that a ring no longer knows of
    /// (`Ring::queued_at`) are passed over.
    oldest: Mutex<BinaryHeap<Reverse<Oldest>>>,
    feeds: Feeds,
}

impl RingStore {
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            rings: RwLock::default(),
            held_bytes: AtomicUsize::new(0),
            oldest: Mutex::default(),
            feeds: Feeds::default(),
        }
    }

    /// What the envelopes held now weigh together.
    pub fn held_bytes(&self) -> usize {
        self.held_bytes.load(Ordering::Relaxed)
    }

    fn find(&self, source_id: &str) -> Option<SharedRing> {
        self.rings.read().unwrap_or_else(PoisonError::into_inner).get(source_id).cloned()
    }

    fn find_or_add(&self, source_id: &Arc<str>) -> SharedRing {
        if let Some(ring) = self.find(source_id) {
            return ring;
        }
        let mut rings = self.rings.write().unwrap_or_else(PoisonError::into_inner);
        rings.entry(source_id.clone()).or_default().clone()
    }

    fn store(&self, envelope: Envelope) -> Option<i64> {
        let shared = self.find_or_add(&envelope.source_id);
        let (timestamp, queue_at) = {
            let mut ring = lock(&shared);
            let (timestamp, added) = ring.insert(envelope)?;
            let mut held = self.held_bytes.fetch_add(added, Ordering::Relaxed) + added;
            while ring.len() > self.limits.source_envelopes || ring.bytes() > self.limits.source_bytes {
                let freed = ring.evict_oldest();
                held = self.held_bytes.fetch_sub(freed, Ordering::Relaxed) - freed;
            }
            if held <= self.limits.total_bytes && ring.queued_at.is_some_and(|at| at <= timestamp) {
                return Some(timestamp);
            }
            (timestamp, ring.claim_queue_place())
        };
        if let Some(at) = queue_at {
            lock(&self.oldest).push(Reverse(Oldest { at, ring: shared }));
        }
        self.make_room();
        Some(timestamp)
    }

    fn make_room(&self) {
        let over = || self.held_bytes.load(Ordering::Relaxed) > self.limits.total_bytes;
        if !over() {
            return;
        }
        let mut queue = lock(&self.oldest);
        while over() {
            let Some(Reverse(first)) = queue.pop() else { return };
            let mut ring = lock(&first.ring);
            if ring.queued_at != Some(first.at) {
                continue;
            }
            let next_at = queue.peek().map_or(i64::MAX, |Reverse(next)| next.at);
            while over() && ring.oldest().is_some_and(|at| at <= next_at) {
                let freed = ring.evict_oldest();
                self.held_bytes.fetch_sub(freed, Ordering::Relaxed);
            }
            ring.queued_at = ring.oldest();
            if let Some(at) = ring.queued_at {
                drop(ring);
                queue.push(Reverse(Oldest { at, ring: first.ring }));
            }
        }
    }
}

impl LogSink for RingStore {
    fn emit(&self, envelope: Envelope) {
        let copy = self.feeds.wants(&envelope).then(|| envelope.clone());
        let kept_at = if self.limits.total_bytes == 0 { None } else { self.store(envelope) };
        if let Some(mut copy) = copy {
            copy.timestamp = kept_at.unwrap_or(copy.timestamp);
            self.feeds.send(&copy);
        }
    }
}

#[async_trait]
impl LogSource for RingStore {
    async fn read(&self, source_id: &str, query: &ReadQuery) -> Result<Vec<Envelope>, LogReadError> {
        let names = query.name_filter.as_deref().map(NameFilter::parse).transpose()?;
        let Some((id, shared)) =
            self.rings.read().ok().and_then(|rings| {
                rings.get_key_value(source_id).map(|(id, ring)| (id.clone(), ring.clone()))
            })
        else {
            return Ok(Vec::new());
        };
        let ring = lock(&shared);
        Ok(ring.read(&id, query, names.as_ref()))
    }

    async fn meta(&self) -> Result<BTreeMap<Arc<str>, SourceMeta>, LogReadError> {
        let rings = self.rings.read().unwrap_or_else(PoisonError::into_inner);
        Ok(rings.iter().map(|(id, ring)| (id.clone(), lock(ring).meta())).collect())
    }

    async fn subscribe(&self, subscription: Subscription) -> Result<LogFeed, LogReadError> {
        Ok(self.feeds.open(subscription))
    }
}

struct Oldest {
    at: i64,
    ring: SharedRing,
}

impl PartialEq for Oldest {
    fn eq(&self, other: &Self) -> bool {
        self.at == other.at
    }
}

impl Eq for Oldest {}

impl PartialOrd for Oldest {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Oldest {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.at.cmp(&other.at)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
