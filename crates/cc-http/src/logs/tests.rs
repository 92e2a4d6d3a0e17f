//! The wire format, byte by byte, and who gets it.

use std::sync::Mutex;

use async_trait::async_trait;
use cc_domain::log::{
    Envelope, Gauge, Kind, Kinds, LogFeed, LogItem, LogReadError, Message, ReadOrder, ReadQuery, SourceMeta,
    Subscription, TagSet, Tags,
};
use futures_util::{StreamExt, stream};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tower::ServiceExt;

use super::query::{BadQuery, parse_read, parse_stream};
use super::*;

#[derive(Default)]
struct FixedSource {
    envelopes: Vec<Envelope>,
    asked: Mutex<Vec<(String, ReadQuery)>>,
    feed: Mutex<Vec<LogItem>>,
    is_feed_open: bool,
}

#[async_trait]
impl LogSource for FixedSource {
    async fn read(&self, source_id: &str, query: &ReadQuery) -> Result<Vec<Envelope>, LogReadError> {
        self.asked.lock().unwrap().push((source_id.to_owned(), query.clone()));
        match &query.name_filter {
            Some(pattern) if pattern == "(" => Err(LogReadError::BadNameFilter),
            _ => Ok(self.envelopes.clone()),
        }
    }

    async fn meta(&self) -> Result<BTreeMap<Arc<str>, SourceMeta>, LogReadError> {
        let meta = SourceMeta { count: 3, expired: 2, oldest_timestamp: 1, newest_timestamp: i64::MAX };
        Ok(["mine", "other"].into_iter().map(|id| (Arc::from(id), meta)).collect())
    }

    async fn subscribe(&self, _: Subscription) -> Result<LogFeed, LogReadError> {
        let items = stream::iter(std::mem::take(&mut *self.feed.lock().unwrap()));
        Ok(if self.is_feed_open { Box::pin(items.chain(stream::pending())) } else { Box::pin(items) })
    }
}

struct OnlyMine;

#[async_trait]
impl LogAccess for OnlyMine {
    async fn may_read(&self, token: &str, source_id: &str) -> bool {
        token == "user" && source_id == "mine"
    }

    async fn may_read_all(&self, token: &str) -> bool {
        token == "admin"
    }
}

struct NeverStaged;

#[async_trait]
impl Stagings for NeverStaged {
    async fn just_over(&self, _: &str) -> bool {
        false
    }
}

struct FixedClock;

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(1_000)
    }
}

fn state(source: Arc<FixedSource>) -> LogsState {
    let pace = StreamPace::default();
    LogsState {
        source,
        access: Arc::new(OnlyMine),
        stagings: Arc::new(NeverStaged),
        clock: Arc::new(FixedClock),
        started: Timestamp::from_seconds(58),
        pace,
    }
}

async fn get(source: Arc<FixedSource>, path: &str, token: Option<&str>) -> (StatusCode, String) {
    let mut request = http::Request::get(path);
    if let Some(token) = token {
        request = request.header("Authorization", format!("bearer {token}"));
    }
    let request = request.body(axum::body::Body::empty()).unwrap();
    let answer = router(state(source)).oneshot(request).await.unwrap();
    let status = answer.status();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

fn envelope(message: Message) -> Envelope {
    let tags = Tags::from(TagSet::from([("source_type".to_owned(), "APP/PROC/WEB".to_owned())]));
    Envelope {
        timestamp: 1_700_000_000_000_000_001,
        source_id: "mine".into(),
        instance_id: "2".into(),
        tags,
        message,
    }
}

fn wire(message: Message) -> Value {
    let body = batch_json(&[envelope(message)], Members::Snake);
    let mut value: Value = serde_json::from_slice(&body).unwrap();
    value["batch"][0].take()
}

#[test]
fn a_line_is_written_byte_for_byte_as_log_cache_does() {
    let body = batch_json(&[envelope(Message::err(&b"hi \xff\n"[..]))], Members::Snake);
    let expected = concat!(
        r#"{"batch":[{"timestamp":"1700000000000000001","source_id":"mine","instance_id":"2","deprecated_tags":{},"#,
        r#""tags":{"source_type":"APP/PROC/WEB"},"log":{"payload":"aGkg/wo=","type":"ERR"}}]}"#
    );
    assert_eq!(String::from_utf8(body).unwrap(), expected);
}

#[test]
fn every_message_is_exactly_one_body_member() {
    let gauge = |value| Gauge { unit: "percentage".into(), value };
    let metrics = [("cpu", 1.5), ("nan", f64::NAN), ("up", f64::INFINITY), ("down", f64::NEG_INFINITY)];
    let cases = [
        (Message::out(&b""[..]), "log", json!({ "payload": "", "type": "OUT" })),
        (
            Message::Gauge(
                metrics.into_iter().map(|(name, value)| (name.to_owned(), gauge(value))).collect(),
            ),
            "gauge",
            json!({ "metrics": {
                "cpu": { "unit": "percentage", "value": 1.5 },
                "nan": { "unit": "percentage", "value": "NaN" },
                "up": { "unit": "percentage", "value": "Infinity" },
                "down": { "unit": "percentage", "value": "-Infinity" },
            }}),
        ),
        (
            Message::Counter { name: "hits".into(), delta: 1, total: u64::MAX },
            "counter",
            json!({ "name": "hits", "delta": "1", "total": "18446744073709551615" }),
        ),
        (
            Message::Timer { name: "http".into(), start: -1, stop: i64::MAX },
            "timer",
            json!({ "name": "http", "start": "-1", "stop": "9223372036854775807" }),
        ),
        (
            Message::Event { title: "t".into(), body: "\"b\"".into() },
            "event",
            json!({ "title": "t", "body": "\"b\"" }),
        ),
    ];
    for (message, member, expected) in cases {
        let mut found = wire(message);
        let found = found.as_object_mut().unwrap();
        assert_eq!(found.remove(member).unwrap(), expected);
        let rest: Vec<&str> = found.keys().map(String::as_str).collect();
        assert_eq!(rest, ["timestamp", "source_id", "instance_id", "deprecated_tags", "tags"]);
    }
}

#[tokio::test]
async fn no_envelopes_are_an_empty_batch_under_both_prefixes() {
    for prefix in ["/api/v1", "/v1"] {
        let found = get(Arc::default(), &format!("{prefix}/read/mine"), Some("user")).await;
        assert_eq!(found, (StatusCode::OK, r#"{"envelopes":{"batch":[]}}"#.to_owned()));
    }
}

#[tokio::test]
async fn info_needs_no_token_and_gives_the_uptime_as_text() {
    let found = get(Arc::default(), "/api/v1/info", None).await;
    assert_eq!(found, (StatusCode::OK, r#"{"version":"3.2.0","vm_uptime":"942"}"#.to_owned()));
}

#[tokio::test]
async fn a_source_that_may_not_be_read_is_not_found() {
    for (path, token, expected) in [
        ("/api/v1/read/mine", None, StatusCode::NOT_FOUND),
        ("/api/v1/read/mine", Some("stranger"), StatusCode::NOT_FOUND),
        ("/api/v1/read/other", Some("user"), StatusCode::NOT_FOUND),
        ("/api/v1/read/other", Some("admin"), StatusCode::OK),
        ("/v2/read?log", Some("user"), StatusCode::NOT_FOUND),
        ("/v2/read?log&source_id=mine&source_id=other", Some("user"), StatusCode::NOT_FOUND),
        ("/v2/read?log&source_id=mine", Some("user"), StatusCode::OK),
        ("/v2/read?log", Some("admin"), StatusCode::OK),
    ] {
        assert_eq!(get(Arc::default(), path, token).await.0, expected, "{path} {token:?}");
    }
}

#[tokio::test]
async fn meta_shows_only_what_the_token_can_see() {
    let one =
        r#"{"count":"3","expired":"2","oldest_timestamp":"1","newest_timestamp":"9223372036854775807"}"#;
    let (_, mine) = get(Arc::default(), "/api/v1/meta", Some("user")).await;
    assert_eq!(mine, format!(r#"{{"meta":{{"mine":{one}}}}}"#));
    let (_, all) = get(Arc::default(), "/api/v1/meta", Some("admin")).await;
    assert_eq!(all, format!(r#"{{"meta":{{"mine":{one},"other":{one}}}}}"#));
    let (_, none) = get(Arc::default(), "/api/v1/meta", Some("stranger")).await;
    assert_eq!(none, r#"{"meta":{}}"#);
}

#[tokio::test]
async fn the_query_of_the_cli_reaches_the_source() {
    let source = Arc::new(FixedSource::default());
    let path =
        "/api/v1/read/mine?start_time=-6795364578871345152&limit=1&descending=true&envelope_types=LOG&odd=1";
    assert_eq!(get(source.clone(), path, Some("user")).await.0, StatusCode::OK);
    let expected = ReadQuery {
        start: -6_795_364_578_871_345_152,
        end: None,
        limit: 1,
        order: ReadOrder::NewestFirst,
        kinds: Kinds::NONE.with(Kind::Log),
        name_filter: None,
    };
    assert_eq!(*source.asked.lock().unwrap(), [("mine".to_owned(), expected)]);
}

#[tokio::test]
async fn a_follower_begins_early_enough_for_lines_that_are_stamped_early() {
    let source =
        Arc::new(FixedSource { envelopes: vec![envelope(Message::out("x"))], ..FixedSource::default() });
    let stamp = async |query: &str| {
        let (_, body) = get(source.clone(), &format!("/api/v1/read/mine?{query}"), Some("user")).await;
        let body: Value = serde_json::from_str(&body).unwrap();
        body["envelopes"]["batch"][0]["timestamp"].clone()
    };
    let following = stamp("start_time=-6795364578871345152&limit=1&descending=true").await;
    // The line is from later than the clock of these tests: a second and nine tenths before now.
    assert_eq!(following, json!("998100000000"));
    assert_eq!(stamp("start_time=0&limit=1&descending=true").await, json!("1700000000000000001"));
}

#[tokio::test]
async fn a_query_that_makes_no_sense_is_a_bad_request() {
    for query in [
        "limit=1001",
        "limit=-1",
        "limit=x",
        "start_time=x",
        "end_time=1.5",
        "start_time=5&end_time=5",
        "descending=maybe",
        "envelope_types=NOTHING",
        "name_filter=(",
    ] {
        let found = get(Arc::default(), &format!("/api/v1/read/mine?{query}"), Some("user")).await;
        assert_eq!(found.0, StatusCode::BAD_REQUEST, "{query}");
    }
    assert_eq!(get(Arc::default(), "/v2/read?source_id=mine", Some("user")).await.0, StatusCode::BAD_REQUEST);
}

fn parsed(text: &str) -> Result<ReadQuery, BadQuery> {
    let pairs: Vec<_> = text.split('&').filter_map(|pair| pair.split_once('=')).collect();
    let pairs: Vec<_> = pairs.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    parse_read(&pairs)
}

#[test]
fn envelope_types_add_up_and_nothing_or_any_is_all() {
    let both = Kinds::NONE.with(Kind::Gauge).with(Kind::Timer);
    assert_eq!(parsed("envelope_types=GAUGE&envelope_types=TIMER").unwrap().kinds, both);
    assert_eq!(parsed("envelope_types=ANY").unwrap().kinds, Kinds::ANY);
    assert_eq!(parsed("").unwrap(), ReadQuery::default());
    assert_eq!(parsed("limit=0&end_time=0&limit=1000").unwrap().limit, 1000);
}

#[test]
fn a_stream_asks_for_kinds_by_bare_keys() {
    let pairs = ["log", "gauge", "shard_id"].map(|key| (key.to_owned(), String::new()));
    let found = parse_stream(&pairs).unwrap();
    assert_eq!(found, Subscription { sources: None, kinds: Kinds::NONE.with(Kind::Log).with(Kind::Gauge) });
}

#[tokio::test]
async fn a_stream_sends_batches_in_camel_case_and_counts_what_was_dropped() {
    let items = vec![LogItem::Envelope(envelope(Message::out(&b"a"[..]))), LogItem::Dropped(7)];
    let source = Arc::new(FixedSource { feed: Mutex::new(items), ..FixedSource::default() });
    let (_, body) = get(source, "/v2/read?log&source_id=mine", Some("user")).await;
    let data = body.strip_prefix("data: ").and_then(|rest| rest.strip_suffix("\n\n")).unwrap();
    let batch: Value = serde_json::from_str(data).unwrap();
    assert_eq!(batch["batch"][0]["sourceId"], "mine");
    assert_eq!(batch["batch"][0]["instanceId"], "2");
    assert_eq!(batch["batch"][0]["deprecatedTags"], json!({}));
    assert_eq!(batch["batch"][1]["counter"], json!({ "name": "dropped", "delta": "7", "total": "7" }));
}

async fn quiet_stream(pace: StreamPace) -> axum::body::Body {
    let source = Arc::new(FixedSource { is_feed_open: true, ..FixedSource::default() });
    let request = http::Request::get("/v2/read?log&source_id=mine").header("Authorization", "bearer user");
    let request = request.body(axum::body::Body::empty()).unwrap();
    router(LogsState { pace, ..state(source) }).oneshot(request).await.unwrap().into_body()
}

#[tokio::test]
async fn a_quiet_stream_beats() {
    let pace = StreamPace { heartbeat: Duration::from_millis(1), ..StreamPace::default() };
    let mut body = quiet_stream(pace).await;
    for _ in 0..2 {
        let frame = body.frame().await.unwrap().unwrap().into_data().unwrap();
        assert_eq!(frame, "event: heartbeat\ndata: 1000\n\n");
    }
}

#[tokio::test]
async fn a_stream_is_closed_after_its_lifetime() {
    let pace = StreamPace { lifetime: Duration::from_millis(1), ..StreamPace::default() };
    let body = quiet_stream(pace).await.collect().await.unwrap().to_bytes();
    assert_eq!(body, "event: closing\ndata: closing due to stream timeout\n\n");
}
