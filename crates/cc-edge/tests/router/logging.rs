//! What a request leaves behind in the log of its app.

use std::sync::Arc;

use cc_domain::log::{Envelope, Kinds, LogItem, LogSource, Message, Subscription, TagSet};
use cc_edge::RouterConfig;
use futures_util::StreamExt;
use http::Request;

use super::stand::{Answer, Backend, Stand, destination, full, route, simple};

fn text(envelope: &Envelope) -> Option<String> {
    match &envelope.message {
        Message::Log { payload, .. } => Some(String::from_utf8(payload.to_vec()).unwrap()),
        _ => None,
    }
}

/// The first access log line of `app`; waits until it is written, which may be after the client has its answer.
pub async fn first_line(stand: &Stand) -> String {
    let subscription = Subscription { sources: Some(vec!["app".into()]), kinds: Kinds::ANY };
    let mut feed = stand.logs.subscribe(subscription).await.unwrap();
    loop {
        if let Some(line) = stand.envelopes("app").await.iter().find_map(text) {
            return line;
        }
        feed.next().await.unwrap();
    }
}

#[tokio::test]
async fn a_request_is_a_line_and_a_timer_of_its_app() {
    let backend = Backend::saying("hello").await;
    let mut leads = destination("app", vec![backend.instance(3)]);
    leads.tags =
        Arc::new(TagSet::from([("space_name".into(), "dev".into()), ("source_type".into(), "APP".into())]));
    let stand = Stand::new(vec![route("a.com", "", vec![leads])]).await;
    let subscription = Subscription { sources: Some(vec!["app".into()]), kinds: Kinds::ANY };
    let mut feed = stand.logs.subscribe(subscription).await.unwrap();
    let request = Request::post("/p?q=1")
        .header("host", "a.com:8080")
        .header("user-agent", "a \"quoted\" agent")
        .header("x-forwarded-for", "9.9.9.9")
        .body(full("body!!"))
        .unwrap();
    let answer = Answer::of(stand.send(request).await).await;
    let mut next = async || match feed.next().await {
        Some(LogItem::Envelope(envelope)) => envelope,
        other => panic!("{other:?}"),
    };
    let (line, timer) = (next().await, next().await);

    let id = answer.header("x-vcap-request-id");
    let address = backend.address;
    let written = text(&line).unwrap();
    let start = "a.com:8080 - [2023-11-14T22:13:20.000000000Z] \"POST /p?q=1 HTTP/1.1\" 200 6 5 \"-\" \"a \\\"quoted\\\" agent\" \"127.0.0.1:";
    assert!(written.starts_with(start), "{written}");
    let middle = format!(
        "\" \"{address}\" x_forwarded_for:\"9.9.9.9, 127.0.0.1\" x_forwarded_proto:\"http\" vcap_request_id:\"{id}\" response_time:0."
    );
    assert!(written.contains(&middle), "{written}");
    let end =
        " app_id:\"app\" app_index:\"3\" instance_id:\"instance-3\" x_cf_routererror:\"-\" x_b3_traceid:\"";
    assert!(written.contains(end) && written.contains("\" x_b3_parentspanid:\"-\" b3:\""), "{written}");
    assert_eq!((&*line.source_id, &*line.instance_id), ("app", "0"));
    for (name, value) in [
        ("source_type", "RTR"),
        ("space_name", "dev"),
        ("process_id", "app-web"),
        ("process_instance_id", "instance-3"),
        ("instance_id", "3"),
    ] {
        assert_eq!(line.tags.get(name), Some(value), "{name}");
    }

    assert!(
        matches!(&timer.message, Message::Timer { name, start, stop } if name == "http" && start <= stop)
    );
    for (name, value) in [
        ("status_code", "200"),
        ("method", "POST"),
        ("uri", "http://a.com:8080/p?q=1"),
        ("peer_type", "Server"),
        ("request_id", id),
        ("user_agent", "a \"quoted\" agent"),
        ("forwarded", "9.9.9.9, 127.0.0.1"),
        ("space_name", "dev"),
    ] {
        assert_eq!(timer.tags.get(name), Some(value), "{name}");
    }
}

#[tokio::test]
async fn a_failure_is_in_the_log_with_its_reason() {
    let stand = Stand::new(vec![simple("a.com", Vec::new())]).await;
    let answer = stand.get("a.com", "/").await;
    let line = first_line(&stand).await;
    assert!(line.contains(&format!("\" 503 0 {} ", answer.body.len())), "{line}");
    assert!(line.contains("app_index:\"-\"") && line.contains("x_cf_routererror:\"no_endpoints\""), "{line}");
}

#[tokio::test]
async fn a_router_told_to_be_quiet_writes_nothing() {
    let backend = Backend::saying("hello").await;
    let config = RouterConfig { access_log: false, timers: false, ..RouterConfig::default() };
    let stand = Stand::with(config, vec![simple("a.com", vec![backend.instance(0)])]).await;
    for _ in 0..2 {
        let answer = stand.get("a.com", "/").await;
        assert_eq!(answer.body, "hello");
        assert!(!answer.header("x-vcap-request-id").is_empty());
    }
    assert!(stand.envelopes("app").await.is_empty());
}

#[tokio::test]
async fn whatever_a_client_sends_its_line_has_no_control_character() {
    let backend = Backend::saying("hello").await;
    let stand = Stand::new(vec![simple("a.com", vec![backend.instance(0)])]).await;
    let mut request = b"GET /p HTTP/1.1\r\nHost: a.com\r\nConnection: close\r\n".to_vec();
    for name in
        ["User-Agent", "Referer", "X-Forwarded-For", "X-Forwarded-Proto", "X-B3-TraceId", "X-B3-SpanId", "B3"]
    {
        request.extend_from_slice(name.as_bytes());
        request.extend_from_slice(b": a\tb\xc2\x9b[2J\xff\"\r\n");
    }
    request.extend_from_slice(b"\r\n");
    assert!(stand.raw(&request).await.starts_with("HTTP/1.1 200"));
    let line = first_line(&stand).await;
    assert!(!line.chars().any(char::is_control), "{line:?}");
    assert!(line.contains("\\t"), "{line}");
}
