//! Subscriptions: a bounded channel each. A slow reader loses envelopes and is told how many; it never slows a writer.

use std::pin::Pin;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::task::{Context, Poll};

use cc_domain::log::{Envelope, LogFeed, LogItem, Subscription};
use futures_util::Stream;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

/// Envelopes that may wait for one reader.
const CHANNEL: usize = 4096;

#[derive(Default)]
pub(super) struct Feeds {
    /// So that a writer without readers takes no lock.
    open: AtomicUsize,
    readers: RwLock<Vec<Reader>>,
}

struct Reader {
    subscription: Subscription,
    sender: mpsc::Sender<Envelope>,
    dropped: Arc<AtomicU64>,
}

impl Reader {
    fn wants(&self, envelope: &Envelope) -> bool {
        let sources = self.subscription.sources.as_ref();
        self.subscription.kinds.contains(envelope.message.kind())
            && sources.is_none_or(|sources| sources.contains(&envelope.source_id))
    }
}

impl Feeds {
    pub fn open(&self, subscription: Subscription) -> LogFeed {
        let (sender, receiver) = mpsc::channel(CHANNEL);
        let dropped = Arc::new(AtomicU64::new(0));
        let mut readers = self.readers.write().unwrap_or_else(PoisonError::into_inner);
        readers.push(Reader { subscription, sender, dropped: dropped.clone() });
        self.open.store(readers.len(), Ordering::Release);
        Box::pin(Feed { receiver, dropped })
    }

    pub fn wants(&self, envelope: &Envelope) -> bool {
        self.open.load(Ordering::Acquire) > 0
            && self
                .readers
                .read()
                .unwrap_or_else(PoisonError::into_inner)
                .iter()
                .any(|reader| reader.wants(envelope))
    }

    pub fn send(&self, envelope: &Envelope) {
        let mut is_any_gone = false;
        let readers = self.readers.read().unwrap_or_else(PoisonError::into_inner);
        for reader in readers.iter().filter(|reader| reader.wants(envelope)) {
            match reader.sender.try_send(envelope.clone()) {
                Ok(()) => {}
                Err(TrySendError::Full(_)) => {
                    reader.dropped.fetch_add(1, Ordering::Relaxed);
                }
                Err(TrySendError::Closed(_)) => is_any_gone = true,
            }
        }
        drop(readers);
        if is_any_gone {
            let mut readers = self.readers.write().unwrap_or_else(PoisonError::into_inner);
            readers.retain(|reader| !reader.sender.is_closed());
            self.open.store(readers.len(), Ordering::Release);
        }
    }
}

struct Feed {
    receiver: mpsc::Receiver<Envelope>,
    dropped: Arc<AtomicU64>,
}

impl Stream for Feed {
    type Item = LogItem;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<LogItem>> {
        match self.dropped.swap(0, Ordering::Relaxed) {
            0 => self.receiver.poll_recv(context).map(|envelope| envelope.map(LogItem::Envelope)),
            count => Poll::Ready(Some(LogItem::Dropped(count))),
        }
    }
}
