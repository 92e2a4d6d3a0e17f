//! Ports of the log store.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;
use futures_util::Stream;
use thiserror::Error;

use super::{Envelope, Kinds, ReadQuery, SourceMeta};

/// Where lines and measurements go.
#[cfg_attr(feature = "testing", mockall::automock)]
pub trait LogSink: Send + Sync {
    /// Never blocks on I/O and never fails: a sink that cannot keep an envelope drops it.
    fn emit(&self, envelope: Envelope);
}

/// Where lines and measurements are read.
#[cfg_attr(feature = "testing", mockall::automock)]
#[async_trait]
pub trait LogSource: Send + Sync {
    /// Envelopes of one source, in the order of the query. An unknown source has none.
    async fn read(&self, source_id: &str, query: &ReadQuery) -> Result<Vec<Envelope>, LogReadError>;

    /// Every source that has (or had) envelopes.
    async fn meta(&self) -> Result<BTreeMap<Arc<str>, SourceMeta>, LogReadError>;

    /// Envelopes emitted from now on. The feed ends when the source goes away.
    async fn subscribe(&self, subscription: Subscription) -> Result<LogFeed, LogReadError>;
}

#[derive(Debug, Clone, PartialEq)]
pub struct Subscription {
    /// `None` is every source.
    pub sources: Option<Vec<Arc<str>>>,
    pub kinds: Kinds,
}

pub type LogFeed = Pin<Box<dyn Stream<Item = LogItem> + Send>>;

#[derive(Debug, Clone, PartialEq)]
pub enum LogItem {
    Envelope(Envelope),
    /// So many envelopes were dropped here because the subscriber was slow.
    Dropped(u64),
}

#[derive(Debug, Error)]
pub enum LogReadError {
    #[error("the name filter is not a regular expression that can be used")]
    BadNameFilter,
    #[error("the log store cannot be reached")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}
