//! `info`, `meta` and `read`.

use axum::extract::{Path, Query, State};
use cc_domain::log::{EARLY_NS, LogReadError};
use http::{HeaderMap, StatusCode};

use super::{Answer, LogsState, bearer, json, no_such_source, present, query, refuse};

/// From 1.4.7 on clients use `/api/v1`.
const VERSION: &str = "3.2.0";

pub(super) type Pairs = Query<Vec<(String, String)>>;

pub(super) async fn info(State(state): State<LogsState>) -> Answer {
    let seconds = state.clock.now().seconds().saturating_sub(state.started.seconds()).max(0);
    json(serde_json::json!({ "version": VERSION, "vm_uptime": seconds.to_string() }).to_string())
}

/// Only the sources that the caller may read are shown.
pub(super) async fn meta(State(state): State<LogsState>, headers: HeaderMap) -> Answer {
    let Some(token) = bearer(&headers) else { return no_such_source() };
    let mut sources = match state.source.meta().await {
        Ok(sources) => sources,
        Err(error) => return failure(&error),
    };
    if !state.access.may_read_all(token).await {
        let mut hidden = Vec::new();
        for source_id in sources.keys() {
            if !state.access.may_read(token, source_id).await {
                hidden.push(source_id.clone());
            }
        }
        for source_id in hidden {
            sources.remove(&source_id);
        }
    }
    json(present::meta_json(&sources))
}

pub(super) async fn read(
    State(state): State<LogsState>,
    Path(source_id): Path<String>,
    Query(pairs): Pairs,
    headers: HeaderMap,
) -> Answer {
    let Some(token) = bearer(&headers) else { return no_such_source() };
    if !may_read(&state, token, &source_id).await {
        return no_such_source();
    }
    let query = match query::parse_read(&pairs) {
        Ok(query) => query,
        Err(bad) => return refuse(StatusCode::BAD_REQUEST, &bad.to_string()),
    };
    match state.source.read(&source_id, &query).await {
        Ok(mut envelopes) => {
            if query::finds_the_end(&query) {
                let now = state.clock.now().micros().saturating_mul(1_000);
                let is_after_a_push = state.stagings.just_over(&source_id).await;
                for envelope in &mut envelopes {
                    envelope.timestamp = end_of_log(envelope.timestamp, now, is_after_a_push);
                }
            }
            json(present::read_json(&envelopes))
        }
        Err(error) => failure(&error),
    }
}

/// How far before the newest line the CLI begins.
const BEFORE_NS: i64 = 1_000_000_000;

/// The time of the newest line as it is shown to who is about to follow the log from a second before it.
///
/// Lines of staging are stamped early. Those to come may lie before the newest line of an app in use, but never before `now` less as much,
/// so the log ends there; and those of a push that is just over do lie before that, so following begins there.
fn end_of_log(newest: i64, now: i64, is_after_a_push: bool) -> i64 {
    let stamped_now = now.saturating_sub(EARLY_NS);
    if is_after_a_push { newest.max(stamped_now.saturating_add(BEFORE_NS)) } else { newest.min(stamped_now) }
}

pub(super) async fn may_read(state: &LogsState, token: &str, source_id: &str) -> bool {
    state.access.may_read(token, source_id).await || state.access.may_read_all(token).await
}

pub(super) fn failure(error: &LogReadError) -> Answer {
    match error {
        LogReadError::BadNameFilter => refuse(StatusCode::BAD_REQUEST, &error.to_string()),
        LogReadError::Unavailable(source) => {
            tracing::error!(%error, %source, "log read failed");
            refuse(StatusCode::SERVICE_UNAVAILABLE, &error.to_string())
        }
    }
}
