//! `GET /v2/read`: envelopes as server-sent events while they are emitted.

use std::collections::BTreeMap;
use std::convert::Infallible;

use axum::body::Body;
use axum::extract::{Query, State};
use bytes::Bytes;
use cc_domain::log::{Envelope, LogFeed, LogItem, Message, Tags};
use futures_util::{Stream, StreamExt, stream};
use http::header::CACHE_CONTROL;
use http::{HeaderMap, HeaderValue, StatusCode};
use tokio::time::{Instant, sleep_until};

use super::read::{Pairs, failure, may_read};
use super::{
    Answer, LogsState, Members, StreamPace, batch_json, bearer, no_such_source, query, refuse, with_body,
};

const BATCH: usize = 100;

pub(super) async fn read(State(state): State<LogsState>, Query(pairs): Pairs, headers: HeaderMap) -> Answer {
    let Some(token) = bearer(&headers) else { return no_such_source() };
    let subscription = match query::parse_stream(&pairs) {
        Ok(subscription) => subscription,
        Err(bad) => return refuse(StatusCode::BAD_REQUEST, &bad.to_string()),
    };
    let is_allowed = match &subscription.sources {
        None => state.access.may_read_all(token).await,
        Some(sources) => {
            let mut all = true;
            for source_id in sources {
                all = all && may_read(&state, token, source_id).await;
            }
            all
        }
    };
    if !is_allowed {
        return no_such_source();
    }
    let feed = match state.source.subscribe(subscription).await {
        Ok(feed) => feed,
        Err(error) => return failure(&error),
    };
    let events = events(feed, state.pace, state).map(Ok::<_, Infallible>);
    let mut answer = with_body(StatusCode::OK, "text/event-stream", Body::from_stream(events));
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    answer
}

struct Connection {
    feed: LogFeed,
    pace: StreamPace,
    state: LogsState,
    heartbeat_at: Instant,
    close_at: Instant,
    dropped_total: u64,
    is_over: bool,
}

fn events(feed: LogFeed, pace: StreamPace, state: LogsState) -> impl Stream<Item = Bytes> {
    let now = Instant::now();
    let connection = Connection {
        feed,
        pace,
        state,
        heartbeat_at: now + pace.heartbeat,
        close_at: now + pace.lifetime,
        dropped_total: 0,
        is_over: false,
    };
    stream::unfold(connection, |mut connection| async move {
        if connection.is_over {
            return None;
        }
        let event = connection.next().await?;
        Some((event, connection))
    })
}

impl Connection {
    /// `None` when the log store has gone.
    async fn next(&mut self) -> Option<Bytes> {
        let first = tokio::select! {
            item = self.feed.next() => item?,
            () = sleep_until(self.close_at) => {
                self.is_over = true;
                return Some(Bytes::from_static(b"event: closing\ndata: closing due to stream timeout\n\n"));
            }
            () = sleep_until(self.heartbeat_at) => {
                self.heartbeat_at = Instant::now() + self.pace.heartbeat;
                return Some(format!("event: heartbeat\ndata: {}\n\n", self.state.clock.now().seconds()).into());
            }
        };
        let mut batch = vec![self.envelope(first)];
        let flush_at = sleep_until(Instant::now() + self.pace.batch);
        tokio::pin!(flush_at);
        while batch.len() < BATCH {
            tokio::select! {
                item = self.feed.next() => match item {
                    Some(item) => batch.push(self.envelope(item)),
                    None => break,
                },
                () = &mut flush_at => break,
            }
        }
        self.heartbeat_at = Instant::now() + self.pace.heartbeat;
        let mut event = b"data: ".to_vec();
        event.append(&mut batch_json(&batch, Members::Camel));
        event.extend_from_slice(b"\n\n");
        Some(event.into())
    }

    fn envelope(&mut self, item: LogItem) -> Envelope {
        match item {
            LogItem::Envelope(envelope) => envelope,
            LogItem::Dropped(delta) => {
                self.dropped_total += delta;
                Envelope {
                    timestamp: self.state.clock.now().micros().saturating_mul(1000),
                    source_id: "log-stream".into(),
                    instance_id: "0".into(),
                    tags: Tags::from(BTreeMap::from([("origin".to_owned(), "log-stream".to_owned())])),
                    message: Message::Counter {
                        name: "dropped".to_owned(),
                        delta,
                        total: self.dropped_total,
                    },
                }
            }
        }
    }
}
