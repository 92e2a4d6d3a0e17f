//! `cf push` and `cf logs` follow a log: the reads of the CLI (v8 and v9), over the store that the server has.

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use cc_domain::log::{EARLY_NS, Envelope, LogSink, Message, TagSet};
use cc_domain::ports::Clock;
use cc_domain::time::Timestamp;
use cc_edge::log_store::{Limits, RingStore};
use cc_http::logs::{LogAccess, LogsState, Stagings, StreamPace, router};
use http_body_util::BodyExt;
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use tower::ServiceExt;

/// Milliseconds since the beginning of the test.
struct HandClock(AtomicI64);

impl HandClock {
    fn millis(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    fn nanos(&self) -> i64 {
        self.now().micros() * 1_000
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(1_893_456_000).plus_micros(self.millis() * 1_000)
    }
}

struct Everybody;

#[async_trait::async_trait]
impl LogAccess for Everybody {
    async fn may_read(&self, _: &str, _: &str) -> bool {
        true
    }

    async fn may_read_all(&self, _: &str) -> bool {
        true
    }
}

/// Which the store says in the server, see `build::a_staging_is_just_over_for_three_seconds`.
struct JustOver(AtomicBool);

#[async_trait::async_trait]
impl Stagings for JustOver {
    async fn just_over(&self, _: &str) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

struct World {
    just_over: Arc<JustOver>,
    clock: Arc<HandClock>,
    store: Arc<RingStore>,
    router: Router,
}

impl World {
    fn new() -> Self {
        let (clock, store) =
            (Arc::new(HandClock(AtomicI64::new(0))), Arc::new(RingStore::new(Limits::default())));
        let just_over = Arc::new(JustOver(AtomicBool::new(false)));
        let state = LogsState {
            source: store.clone(),
            access: Arc::new(Everybody),
            stagings: just_over.clone(),
            clock: clock.clone(),
            started: clock.now(),
            pace: StreamPace::default(),
        };
        Self { just_over, clock, store, router: router(state) }
    }

    /// A line at this time, stamped as the server does.
    fn say(&self, at_millis: i64, source_type: &str, text: &str) {
        self.clock.0.store(at_millis, Ordering::SeqCst);
        let early = if matches!(source_type, "STG" | "API") { EARLY_NS } else { 0 };
        self.store.emit(Envelope {
            timestamp: self.clock.nanos() - early,
            source_id: "app".into(),
            instance_id: "0".into(),
            tags: TagSet::from([("source_type".to_owned(), source_type.to_owned())]).into(),
            message: Message::out(text.to_owned()),
        });
    }

    async fn read(&self, query: &str) -> Vec<Value> {
        let request =
            Request::get(format!("/api/v1/read/app?{query}")).header("Authorization", "bearer token");
        let answer = self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(answer.status(), 200, "{query}");
        let body: Value =
            serde_json::from_slice(&answer.into_body().collect().await.unwrap().to_bytes()).unwrap();
        body["envelopes"]["batch"].as_array().unwrap().clone()
    }

    /// `latestEnvelopeTimestamp`: where the CLI begins, a second before the newest line.
    async fn follow(&self) -> Follower<'_> {
        let newest = self.read("descending=true&limit=1&start_time=-6795364578871345152").await;
        Follower { world: self, start: stamp(&newest[0]) - 1_000_000_000 }
    }
}

fn stamp(envelope: &Value) -> i64 {
    envelope["timestamp"].as_str().unwrap().parse().unwrap()
}

/// `logcache.Walk` with the CLI's options.
struct Follower<'a> {
    world: &'a World,
    start: i64,
}

impl Follower<'_> {
    /// Source types and the numbers of lines of one read at this time: what is younger than two seconds is left for the next one.
    async fn poll(&mut self, at_millis: i64) -> Vec<String> {
        self.world.clock.0.store(at_millis, Ordering::SeqCst);
        let old_enough = self.world.clock.nanos() - 2_000_000_000;
        let mut lines = self.world.read(&format!("envelope_types=LOG&start_time={}", self.start)).await;
        while lines.last().is_some_and(|line| stamp(line) > old_enough) {
            lines.pop();
        }
        if let Some(last) = lines.last() {
            self.start = stamp(last) + 1;
        }
        lines.iter().map(|line| line["tags"]["source_type"].as_str().unwrap().to_owned()).collect()
    }
}

/// A staging of 300 ms.
fn stage(world: &World, at_millis: i64) {
    world.say(at_millis, "API", "Creating build");
    for line in 0..4 {
        world.say(at_millis + line * 100, "STG", "staging");
    }
}

#[tokio::test]
async fn whoever_follows_right_after_a_push_sees_nothing_of_its_staging() {
    let world = World::new();
    world.say(0, "API", "Created app");
    stage(&world, 200);
    world.say(700, "CELL", "Creating container");
    world.say(1_200, "APP/PROC/WEB", "listening");
    world.say(1_300, "CELL", "Container became healthy");
    for begun in [1_350, 1_600, 2_500, 4_000, 60_000] {
        world.just_over.0.store(begun < 3_500, Ordering::SeqCst);
        world.clock.0.store(begun, Ordering::SeqCst);
        let mut logs = world.follow().await;
        let mut seen = Vec::new();
        for later in 0..16 {
            seen.extend(logs.poll(begun + later * 250).await);
        }
        assert!(!seen.iter().any(|kind| kind == "STG" || kind == "API"), "{begun}: {seen:?}");
        assert!(seen.iter().any(|kind| kind == "APP/PROC/WEB"), "{begun}: {seen:?}");
    }
}

#[tokio::test]
async fn a_push_sees_its_whole_staging_before_the_end_of_the_build_is_told() {
    // A first push, and one of an app whose log never rests.
    for busy in [false, true] {
        let world = World::new();
        world.say(0, "API", "Created app");
        if busy {
            for line in 0..20 {
                world.say(line * 50, "APP/PROC/WEB", "a request");
            }
        }
        world.clock.0.store(1_000, Ordering::SeqCst);
        let mut push = world.follow().await;
        let mut seen = push.poll(1_000).await;
        stage(&world, 1_050);
        // The build ended at 1,350, which is told half a second later; the CLI looks every quarter of a second.
        for later in 0..3 {
            seen.extend(push.poll(1_350 + later * 250).await);
        }
        assert_eq!(seen.iter().filter(|kind| *kind == "STG").count(), 4, "{busy}: {seen:?}");
    }
}
