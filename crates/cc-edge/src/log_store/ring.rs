//! The envelopes of one source, packed: a line costs 32 bytes beside its payload's own allocation.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use cc_domain::log::{Envelope, Kind, LogStream, Message, ReadOrder, ReadQuery, SourceMeta, Tags};

use super::filter::NameFilter;

/// What envelopes of one origin have in common.
struct Origin {
    instance_id: Arc<str>,
    tags: Tags,
    stream: LogStream,
}

enum Body {
    Line(Box<[u8]>),
    Other(Box<Message>),
}

struct Entry {
    timestamp: i64,
    origin: Arc<Origin>,
    body: Body,
}

/// So many origins are remembered for sharing; a source with more of them pays for copies.
const REMEMBERED_ORIGINS: usize = 64;

/// Strictly ordered by timestamp.
#[derive(Default)]
pub(super) struct Ring {
    entries: VecDeque<Entry>,
    origins: VecDeque<Arc<Origin>>,
    bytes: usize,
    expired: u64,
    /// Under which timestamp the store's queue knows this ring.
    pub queued_at: Option<i64>,
}

impl Ring {
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn bytes(&self) -> usize {
        self.bytes
    }

    pub fn oldest(&self) -> Option<i64> {
        self.entries.front().map(|entry| entry.timestamp)
    }

    /// The timestamp under which it is kept and the bytes it weighs. `None` if no timestamp is left for it.
    pub fn insert(&mut self, envelope: Envelope) -> Option<(i64, usize)> {
        let (place, timestamp) = self.free_place(envelope.timestamp)?;
        let weight = weight(&envelope);
        let entry = self.pack(timestamp, envelope);
        self.entries.insert(place, entry);
        self.bytes += weight;
        Some((timestamp, weight))
    }

    /// Where an envelope of this time belongs: at its own timestamp, or else the next one that is free.
    fn free_place(&self, timestamp: i64) -> Option<(usize, i64)> {
        let at = |index: usize| self.entries.get(index).map(|entry| entry.timestamp);
        if self.entries.back().is_none_or(|last| last.timestamp < timestamp) {
            return Some((self.entries.len(), timestamp));
        }
        let first = self.entries.partition_point(|entry| entry.timestamp < timestamp);
        // Timestamps strictly grow, so those without a gap from `first` on are exactly a prefix.
        let is_taken =
            |index: usize| at(index).is_some_and(|found| found.abs_diff(timestamp) == (index - first) as u64);
        let (mut low, mut high) = (first, self.entries.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if is_taken(middle) { low = middle + 1 } else { high = middle }
        }
        let shift = i64::try_from(low - first).ok()?;
        Some((low, timestamp.checked_add(shift)?))
    }

    fn pack(&mut self, timestamp: i64, envelope: Envelope) -> Entry {
        let Envelope { instance_id, tags, message, .. } = envelope;
        let (stream, body) = match message {
            Message::Log { payload, stream } => (stream, Body::Line(payload.as_ref().into())),
            other => (LogStream::Out, Body::Other(Box::new(other))),
        };
        Entry { timestamp, origin: self.origin(Origin { instance_id, tags, stream }), body }
    }

    fn origin(&mut self, new: Origin) -> Arc<Origin> {
        if !new.tags.own.is_empty() {
            return Arc::new(new);
        }
        let known = self.origins.iter().find(|known| {
            known.stream == new.stream && known.instance_id == new.instance_id && known.tags == new.tags
        });
        if let Some(known) = known {
            return known.clone();
        }
        if self.origins.len() == REMEMBERED_ORIGINS {
            self.origins.pop_front();
        }
        let new = Arc::new(new);
        self.origins.push_back(new.clone());
        new
    }

    /// The bytes that this frees.
    pub fn evict_oldest(&mut self) -> usize {
        let Some(entry) = self.entries.pop_front() else { return 0 };
        let freed = entry.weight();
        self.bytes -= freed;
        self.expired += 1;
        if self.entries.len() * 4 < self.entries.capacity() {
            self.entries.shrink_to(self.entries.len() * 2);
        }
        freed
    }

    /// The timestamp to put into the store's queue, if the queue does not cover this ring yet.
    pub fn claim_queue_place(&mut self) -> Option<i64> {
        let oldest = self.oldest()?;
        if self.queued_at.is_some_and(|queued| queued <= oldest) {
            return None;
        }
        self.queued_at = Some(oldest);
        Some(oldest)
    }

    pub fn meta(&self) -> SourceMeta {
        SourceMeta {
            count: self.entries.len() as u64,
            expired: self.expired,
            oldest_timestamp: self.oldest().unwrap_or_default(),
            newest_timestamp: self.entries.back().map_or(0, |entry| entry.timestamp),
        }
    }

    pub fn read(&self, source: &Arc<str>, query: &ReadQuery, names: Option<&NameFilter>) -> Vec<Envelope> {
        let before = |bound: i64| self.entries.partition_point(|entry| entry.timestamp < bound);
        let first = before(query.start);
        let last = query.end.map_or(self.entries.len(), before).max(first);
        let range = self.entries.range(first..last);
        let pick = |entry: &Entry| {
            query.kinds.contains(entry.kind()).then_some(())?;
            let envelope = entry.unpack(source);
            match names {
                Some(names) => names.apply(envelope),
                None => Some(envelope),
            }
        };
        match query.order {
            ReadOrder::OldestFirst => range.filter_map(pick).take(query.limit).collect(),
            ReadOrder::NewestFirst => range.rev().filter_map(pick).take(query.limit).collect(),
        }
    }
}

impl Entry {
    fn kind(&self) -> Kind {
        match &self.body {
            Body::Line(_) => Kind::Log,
            Body::Other(message) => message.kind(),
        }
    }

    fn weight(&self) -> usize {
        match &self.body {
            Body::Line(payload) => LINE + payload.len() + tags_weight(&self.origin.tags),
            Body::Other(message) => other_weight(message) + tags_weight(&self.origin.tags),
        }
    }

    fn unpack(&self, source: &Arc<str>) -> Envelope {
        Envelope {
            timestamp: self.timestamp,
            source_id: source.clone(),
            instance_id: self.origin.instance_id.clone(),
            tags: self.origin.tags.clone(),
            message: match &self.body {
                Body::Line(payload) => {
                    Message::Log { payload: Bytes::copy_from_slice(payload), stream: self.origin.stream }
                }
                Body::Other(message) => (**message).clone(),
            },
        }
    }
}

/// An entry and the allocator's share of a payload.
const LINE: usize = size_of::<Entry>() + 16;
/// A small allocation beside what is in it.
const PIECE: usize = 32;

/// The bytes that an envelope is counted as. Tags in the shared set are free, since one set serves many envelopes.
pub fn weight(envelope: &Envelope) -> usize {
    let body = match &envelope.message {
        Message::Log { payload, .. } => LINE + payload.len(),
        other => other_weight(other),
    };
    body + tags_weight(&envelope.tags)
}

fn tags_weight(tags: &Tags) -> usize {
    if tags.own.is_empty() {
        return 0;
    }
    let own: usize = tags.own.iter().map(|(_, value)| 2 * PIECE + value.len()).sum();
    size_of::<Origin>() + own
}

fn other_weight(message: &Message) -> usize {
    let content = match message {
        Message::Log { payload, .. } => payload.len(),
        Message::Gauge(metrics) => metrics.keys().map(|name| 2 * PIECE + name.len()).sum(),
        Message::Counter { name, .. } => name.len(),
        Message::Timer { name, .. } => name.len(),
        Message::Event { title, body } => title.len() + body.len(),
    };
    LINE + size_of::<Message>() + content
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_costs_32_bytes_beside_its_payload() {
        assert_eq!(size_of::<Entry>(), 32);
    }

    #[test]
    fn lines_of_one_origin_share_it_even_if_their_tags_are_separate_copies() {
        let mut ring = Ring::default();
        for n in 0..3 {
            let tags = Tags::from(
                [("source_type".to_owned(), "APP".to_owned())]
                    .into_iter()
                    .collect::<cc_domain::log::TagSet>(),
            );
            let message = Message::out(&b"x"[..]);
            ring.insert(Envelope {
                timestamp: n,
                source_id: "a".into(),
                instance_id: "0".into(),
                tags,
                message,
            });
        }
        assert_eq!(ring.origins.len(), 1);
    }

    #[test]
    fn an_envelope_after_the_last_possible_timestamp_is_refused() {
        let mut ring = Ring::default();
        let envelope = || Envelope {
            timestamp: i64::MAX,
            source_id: "a".into(),
            instance_id: "0".into(),
            tags: Tags::default(),
            message: Message::out(&b"x"[..]),
        };
        assert!(ring.insert(envelope()).is_some());
        assert!(ring.insert(envelope()).is_none());
        assert_eq!(ring.len(), 1);
    }
}
