//! The log store does what a naive list of envelopes would do.

use std::collections::BTreeMap;
use std::sync::Arc;

use cc_domain::log::{
    Envelope, Gauge, Kind, Kinds, LogItem, LogSink, LogSource, Message, ReadOrder, ReadQuery, SourceMeta,
    Subscription, TagSet, Tags,
};
use cc_edge::log_store::{Limits, RingStore, weight};
use futures_util::StreamExt;
use proptest::prelude::*;

fn envelope(source: &str, timestamp: i64, message: Message) -> Envelope {
    Envelope { timestamp, source_id: source.into(), instance_id: "0".into(), tags: Tags::default(), message }
}

fn line(source: &str, timestamp: i64, text: &str) -> Envelope {
    envelope(source, timestamp, Message::out(text.to_owned()))
}

fn gauge(names: &[&str]) -> Message {
    Message::Gauge(
        names.iter().map(|name| ((*name).to_owned(), Gauge { unit: "b".into(), value: 1.0 })).collect(),
    )
}

fn texts(envelopes: &[Envelope]) -> Vec<String> {
    let text = |envelope: &Envelope| match &envelope.message {
        Message::Log { payload, .. } => String::from_utf8_lossy(payload).into_owned(),
        other => format!("{:?}", other.kind()),
    };
    envelopes.iter().map(text).collect()
}

async fn read(store: &RingStore, source: &str, query: ReadQuery) -> Vec<Envelope> {
    store.read(source, &query).await.expect("a ring store can always be read")
}

/// Everything in one list; each question is answered by looking at all of it.
#[derive(Default)]
struct Model {
    kept: Vec<Envelope>,
    expired: BTreeMap<Arc<str>, u64>,
}

impl Model {
    fn emit(&mut self, mut new: Envelope, limits: Limits) {
        while self.kept.iter().any(|old| old.source_id == new.source_id && old.timestamp == new.timestamp) {
            new.timestamp += 1;
        }
        let source = new.source_id.clone();
        self.expired.entry(source.clone()).or_default();
        self.kept.push(new);
        self.kept.sort_by_key(|envelope| envelope.timestamp);
        let is_own = |envelope: &&Envelope| envelope.source_id == source;
        while self.kept.iter().filter(is_own).count() > limits.source_envelopes
            || self.kept.iter().filter(is_own).map(weight).sum::<usize>() > limits.source_bytes
        {
            let oldest = self
                .kept
                .iter()
                .position(|envelope| envelope.source_id == source)
                .expect("it is over its limit");
            self.drop_at(oldest);
        }
        while self.bytes() > limits.total_bytes {
            self.drop_at(0);
        }
    }

    fn drop_at(&mut self, index: usize) {
        let gone = self.kept.remove(index);
        *self.expired.entry(gone.source_id).or_default() += 1;
    }

    fn bytes(&self) -> usize {
        self.kept.iter().map(weight).sum()
    }

    fn read(&self, source: &str, query: &ReadQuery) -> Vec<Envelope> {
        let matches = |envelope: &&Envelope| {
            &*envelope.source_id == source
                && envelope.timestamp >= query.start
                && query.end.is_none_or(|end| envelope.timestamp < end)
                && query.kinds.contains(envelope.message.kind())
        };
        let mut found: Vec<Envelope> = self.kept.iter().filter(matches).cloned().collect();
        if query.order == ReadOrder::NewestFirst {
            found.reverse();
        }
        found.truncate(query.limit);
        found
    }

    fn meta(&self) -> BTreeMap<Arc<str>, SourceMeta> {
        let of = |(source, expired): (&Arc<str>, &u64)| {
            let own = || self.kept.iter().filter(|envelope| envelope.source_id == *source);
            let meta = SourceMeta {
                count: own().count() as u64,
                expired: *expired,
                oldest_timestamp: own().next().map_or(0, |envelope| envelope.timestamp),
                newest_timestamp: own().next_back().map_or(0, |envelope| envelope.timestamp),
            };
            (source.clone(), meta)
        };
        self.expired.iter().map(of).collect()
    }
}

fn any_message() -> impl Strategy<Value = Message> {
    prop_oneof![
        4 => (0_usize..200).prop_map(|n| Message::out(vec![b'x'; n])),
        1 => (0_usize..200).prop_map(|n| Message::err(vec![b'x'; n])),
        1 => Just(gauge(&["cpu", "memory"])),
        1 => Just(Message::Counter { name: "hits".into(), delta: 1, total: 2 }),
        1 => Just(Message::Timer { name: "http".into(), start: 1, stop: 2 }),
        1 => Just(Message::Event { title: "t".into(), body: "b".into() }),
    ]
}

/// Timestamps leave room between the sources, so that no two of different sources are ever equal.
fn any_envelope() -> impl Strategy<Value = Envelope> {
    let tags = prop_oneof![
        Just(Tags::default()),
        Just(Tags::from(TagSet::from([("source_type".into(), "APP".into())]))),
        Just(Tags { own: Box::new([("uri".into(), "/long/path".into())]), ..Tags::default() }),
    ];
    (0_i64..3, 0_i64..40, any_message(), tags).prop_map(|(source, at, message, tags)| Envelope {
        tags,
        ..envelope(&format!("source-{source}"), at * 10_000 + source * 1000, message)
    })
}

fn any_query() -> impl Strategy<Value = (String, ReadQuery)> {
    let kinds = proptest::sample::subsequence(Kind::ALL.to_vec(), 0..=5);
    let order = prop_oneof![Just(ReadOrder::OldestFirst), Just(ReadOrder::NewestFirst)];
    let bound = (0_i64..40).prop_map(|at| at * 10_000);
    (0..4, bound.clone(), proptest::option::of(bound), 0_usize..20, order, kinds).prop_map(
        |(source, start, end, limit, order, kinds)| {
            let kinds = kinds.into_iter().collect::<Kinds>();
            (format!("source-{source}"), ReadQuery { start, end, limit, order, kinds, name_filter: None })
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_store_answers_like_a_naive_list(
        envelopes in proptest::collection::vec(any_envelope(), 0..120),
        queries in proptest::collection::vec(any_query(), 1..8),
        source_envelopes in 1_usize..40,
        source_bytes in 200_usize..4000,
        total_bytes in 1_usize..6000,
    ) {
        let limits = Limits { source_envelopes, source_bytes, total_bytes };
        let (store, mut model) = (RingStore::new(limits), Model::default());
        for envelope in envelopes {
            store.emit(envelope.clone());
            model.emit(envelope, limits);
            prop_assert_eq!(store.held_bytes(), model.bytes());
        }
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            for (source, query) in queries {
                prop_assert_eq!(read(&store, &source, query.clone()).await, model.read(&source, &query));
            }
            prop_assert_eq!(store.meta().await.unwrap(), model.meta());
            Ok(())
        })?;
    }
}

#[tokio::test]
async fn many_equal_timestamps_are_moved_apart_in_order() {
    let store = RingStore::new(Limits::default());
    for n in 0..10_000 {
        store.emit(line("a", 7, &n.to_string()));
    }
    let found = read(&store, "a", ReadQuery { limit: 20_000, ..ReadQuery::default() }).await;
    assert!(found.iter().map(|envelope| envelope.timestamp).eq(7..10_007));
    assert!(texts(&found).into_iter().eq((0..10_000).map(|n| n.to_string())));
}

#[tokio::test]
async fn a_name_filter_cuts_gauges_down_and_leaves_lines_out() {
    let store = RingStore::new(Limits::default());
    store.emit(line("a", 1, "cpu"));
    store.emit(envelope("a", 2, gauge(&["cpu", "memory"])));
    store.emit(envelope("a", 3, gauge(&["disk"])));
    store.emit(envelope("a", 4, Message::Counter { name: "cpu_hits".into(), delta: 1, total: 1 }));
    store.emit(envelope("a", 5, Message::Timer { name: "http".into(), start: 1, stop: 2 }));
    let query = ReadQuery { name_filter: Some("^cpu".into()), ..ReadQuery::default() };
    let found = read(&store, "a", query).await;
    let expected = [gauge(&["cpu"]), Message::Counter { name: "cpu_hits".into(), delta: 1, total: 1 }];
    assert!(found.iter().map(|envelope| &envelope.message).eq(expected.iter()), "{found:?}");
}

#[tokio::test]
async fn a_name_filter_that_is_no_or_too_big_a_regular_expression_is_refused() {
    let store = RingStore::new(Limits::default());
    for pattern in ["(", "(a{1000}){1000}"] {
        let query = ReadQuery { name_filter: Some(pattern.into()), ..ReadQuery::default() };
        assert!(store.read("a", &query).await.is_err(), "{pattern}");
    }
}

#[tokio::test]
async fn a_subscription_gets_what_it_asked_for_in_order() {
    let store = RingStore::new(Limits::default());
    store.emit(line("a", 1, "before"));
    let kinds = Kinds::NONE.with(Kind::Log);
    let subscription = Subscription { sources: Some(vec!["a".into()]), kinds };
    let feed = store.subscribe(subscription).await.unwrap();
    store.emit(line("b", 2, "other source"));
    store.emit(envelope("a", 3, gauge(&["cpu"])));
    store.emit(line("a", 1, "moved apart"));
    store.emit(line("a", 4, "last"));
    drop(store);
    let got: Vec<LogItem> = feed.collect().await;
    assert_eq!(
        got,
        [LogItem::Envelope(line("a", 2, "moved apart")), LogItem::Envelope(line("a", 4, "last"))]
    );
}

#[tokio::test]
async fn a_slow_subscriber_is_told_how_much_it_lost_and_slows_nobody() {
    let store = RingStore::new(Limits::default());
    let feed = store.subscribe(Subscription { sources: None, kinds: Kinds::ANY }).await.unwrap();
    for n in 0..5000 {
        store.emit(line("a", n, "x"));
    }
    drop(store);
    let got: Vec<LogItem> = feed.collect().await;
    let lost: u64 = got.iter().map(|item| if let LogItem::Dropped(n) = item { *n } else { 0 }).sum();
    let received = got.iter().filter(|item| matches!(item, LogItem::Envelope(_))).count();
    assert_eq!((received, lost), (4096, 904));
}

#[tokio::test]
async fn a_store_without_memory_keeps_nothing_but_still_feeds_subscribers() {
    let store = RingStore::new(Limits { total_bytes: 0, ..Limits::default() });
    let mut feed = store.subscribe(Subscription { sources: None, kinds: Kinds::ANY }).await.unwrap();
    store.emit(line("a", 1, "x"));
    assert_eq!(store.held_bytes(), 0);
    assert_eq!(feed.next().await, Some(LogItem::Envelope(line("a", 1, "x"))));
}

#[test]
fn writers_in_parallel_keep_the_budget_and_the_order() {
    let limits = Limits { total_bytes: 200_000, ..Limits::default() };
    let store = RingStore::new(limits);
    std::thread::scope(|scope| {
        for writer in 0..4_i64 {
            let store = &store;
            scope.spawn(move || {
                for n in 0..5000 {
                    let source = format!("source-{}", (writer + n) % 3);
                    store.emit(line(&source, n - writer * 100, "twenty bytes of text"));
                }
            });
        }
    });
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let mut bytes = 0;
        let query = ReadQuery { limit: usize::MAX, ..ReadQuery::default() };
        for source in ["source-0", "source-1", "source-2"] {
            let found = read(&store, source, query.clone()).await;
            assert!(found.is_sorted_by(|a, b| a.timestamp < b.timestamp));
            bytes += found.iter().map(weight).sum::<usize>();
        }
        assert_eq!(store.held_bytes(), bytes);
        assert!(bytes <= limits.total_bytes && bytes > limits.total_bytes - 200, "{bytes}");
        let meta = store.meta().await.unwrap();
        assert_eq!(meta.values().map(|meta| meta.count + meta.expired).sum::<u64>(), 20_000);
    });
}
