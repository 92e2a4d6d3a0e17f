//! Log and metric envelopes of apps, and the ports through which they are written and read.
//!
//! The words are those of the log-cache wire format, since that is what every client reads. An envelope belongs to a
//! source (the guid of an app or service instance) and carries one message.

mod escape;
pub mod policy;
mod ports;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;

pub use escape::escape_controls;
pub use ports::{LogFeed, LogItem, LogReadError, LogSink, LogSource, Subscription};
#[cfg(feature = "testing")]
pub use ports::{MockLogSink, MockLogSource};

/// The tags that many envelopes share, such as those of one instance.
pub type TagSet = BTreeMap<String, String>;

/// Tags of an envelope: a shared set and a few of its own. An own tag wins over a shared one of the same name.
///
/// A writer of many envelopes makes one `Arc<TagSet>` and clones it, so that a stored line costs a pointer.
#[derive(Debug, Clone, Default)]
pub struct Tags {
    pub shared: Arc<TagSet>,
    pub own: Box<[(Cow<'static, str>, Box<str>)]>,
}

impl Tags {
    pub fn shared(set: Arc<TagSet>) -> Self {
        Self { shared: set, own: Box::default() }
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.own
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| &**value)
            .or_else(|| self.shared.get(name).map(String::as_str))
    }

    /// Every name once, in no promised order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let hidden = |name: &str| self.own.iter().any(|(key, _)| key == name);
        let shared = self.shared.iter().filter(move |(name, _)| !hidden(name));
        shared
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .chain(self.own.iter().map(|(name, value)| (&**name, &**value)))
    }
}

impl From<TagSet> for Tags {
    fn from(set: TagSet) -> Self {
        Self::shared(Arc::new(set))
    }
}

/// Equal when they say the same, however it is divided into shared and own.
impl PartialEq for Tags {
    fn eq(&self, other: &Self) -> bool {
        if Arc::ptr_eq(&self.shared, &other.shared) && self.own == other.own {
            return true;
        }
        self.iter().collect::<BTreeMap<_, _>>() == other.iter().collect::<BTreeMap<_, _>>()
    }
}

/// Nanoseconds by which lines of the API and of staging are stamped early. The CLI leaves out lines that are younger than two seconds
/// by their stamp, and stops looking when a build ends, which here takes less: without this a push would show nothing of its staging.
/// A little less than two seconds, so that a reader that follows a log never steps over such a line.
pub const EARLY_NS: i64 = 1_900_000_000;

/// One line, measurement or event of a source.
#[derive(Debug, Clone, PartialEq)]
pub struct Envelope {
    /// Nanoseconds since the Unix epoch. A store may shift it up so that it is unique within the source.
    pub timestamp: i64,
    /// The guid of the app (also for its tasks, staging and API lines).
    pub source_id: Arc<str>,
    /// The index of the instance as text; `"0"` where there is none.
    pub instance_id: Arc<str>,
    pub tags: Tags,
    pub message: Message,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    /// A line without its newline; not always UTF-8.
    Log {
        payload: Bytes,
        stream: LogStream,
    },
    Gauge(BTreeMap<String, Gauge>),
    Counter {
        name: String,
        delta: u64,
        total: u64,
    },
    /// `start` and `stop` in nanoseconds since the Unix epoch.
    Timer {
        name: Cow<'static, str>,
        start: i64,
        stop: i64,
    },
    Event {
        title: String,
        body: String,
    },
}

impl Message {
    pub fn out(payload: impl Into<Bytes>) -> Self {
        Self::Log { payload: payload.into(), stream: LogStream::Out }
    }

    pub fn err(payload: impl Into<Bytes>) -> Self {
        Self::Log { payload: payload.into(), stream: LogStream::Err }
    }

    pub fn kind(&self) -> Kind {
        match self {
            Self::Log { .. } => Kind::Log,
            Self::Gauge(_) => Kind::Gauge,
            Self::Counter { .. } => Kind::Counter,
            Self::Timer { .. } => Kind::Timer,
            Self::Event { .. } => Kind::Event,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LogStream {
    Out,
    Err,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Gauge {
    pub unit: Cow<'static, str>,
    pub value: f64,
}

/// What an envelope carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    Log,
    Counter,
    Gauge,
    Timer,
    Event,
}

impl Kind {
    pub const ALL: [Self; 5] = [Self::Log, Self::Counter, Self::Gauge, Self::Timer, Self::Event];
}

/// A set of kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kinds(u8);

impl Kinds {
    pub const NONE: Self = Self(0);
    pub const ANY: Self = Self(0b1_1111);

    #[must_use]
    pub fn with(self, kind: Kind) -> Self {
        Self(self.0 | 1 << kind as u8)
    }

    pub fn contains(self, kind: Kind) -> bool {
        self.0 & (1 << kind as u8) != 0
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl FromIterator<Kind> for Kinds {
    fn from_iter<I: IntoIterator<Item = Kind>>(kinds: I) -> Self {
        kinds.into_iter().fold(Self::NONE, Self::with)
    }
}

/// What part of a source to read (`GET /api/v1/read/:source_id`).
#[derive(Debug, Clone, PartialEq)]
pub struct ReadQuery {
    /// Inclusive, nanoseconds; may be negative.
    pub start: i64,
    /// Exclusive, nanoseconds; `None` is no bound.
    pub end: Option<i64>,
    pub limit: usize,
    pub order: ReadOrder,
    pub kinds: Kinds,
    /// A regular expression on the names of counters, timers and gauge metrics. With it, lines and events are left out,
    /// and a gauge is cut down to the metrics that match.
    pub name_filter: Option<String>,
}

impl Default for ReadQuery {
    fn default() -> Self {
        Self {
            start: i64::MIN,
            end: None,
            limit: 100,
            order: ReadOrder::OldestFirst,
            kinds: Kinds::ANY,
            name_filter: None,
        }
    }
}

/// Which envelopes a limit keeps, and the order in which they are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadOrder {
    OldestFirst,
    NewestFirst,
}

/// What a store knows of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SourceMeta {
    /// Envelopes held now.
    pub count: u64,
    /// Envelopes dropped to make room.
    pub expired: u64,
    pub oldest_timestamp: i64,
    pub newest_timestamp: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_own_tag_wins_over_a_shared_one() {
        let shared = TagSet::from([("a".into(), "1".into()), ("b".into(), "2".into())]);
        let tags = Tags { shared: Arc::new(shared), own: Box::new([("a".into(), "9".into())]) };
        assert_eq!(tags.get("a"), Some("9"));
        assert_eq!(tags.iter().collect::<BTreeMap<_, _>>(), BTreeMap::from([("a", "9"), ("b", "2")]));
        assert_eq!(tags, Tags::from(TagSet::from([("a".into(), "9".into()), ("b".into(), "2".into())])));
    }

    #[test]
    fn a_set_of_kinds_contains_what_was_put_in() {
        let kinds: Kinds = [Kind::Log, Kind::Event].into_iter().collect();
        let found: Vec<Kind> = Kind::ALL.into_iter().filter(|kind| kinds.contains(*kind)).collect();
        assert_eq!(found, [Kind::Log, Kind::Event]);
        assert!(Kind::ALL.into_iter().all(|kind| Kinds::ANY.contains(kind)));
    }
}
