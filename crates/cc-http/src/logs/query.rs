//! The queries of the log endpoint. Unknown keys are ignored, as clients send misspelt ones.

use std::sync::Arc;

use cc_domain::log::{Kind, Kinds, ReadOrder, ReadQuery, Subscription};
use thiserror::Error;

const DEFAULT_LIMIT: usize = 100;
const MAX_LIMIT: usize = 1000;

#[derive(Debug, Error, PartialEq)]
pub(super) enum BadQuery {
    #[error("{0} is not a whole number of nanoseconds")]
    Time(&'static str),
    #[error("start_time must be before end_time")]
    Order,
    #[error("limit must be a number from 0 to 1000")]
    Limit,
    #[error("descending must be true or false")]
    Descending,
    #[error("unknown envelope type")]
    EnvelopeType,
    #[error("query must provide at least one envelope type")]
    NoEnvelopeType,
}

type Pair = (String, String);

/// The query of `GET /api/v1/read/:source_id`. A value of 0 for `limit` or `end_time` is that of a client that did not set it.
pub(super) fn parse_read(pairs: &[Pair]) -> Result<ReadQuery, BadQuery> {
    let mut query = ReadQuery { limit: DEFAULT_LIMIT, kinds: Kinds::NONE, ..ReadQuery::default() };
    let mut is_any_kind = true;
    for (key, value) in pairs {
        match key.as_str() {
            "start_time" => query.start = value.parse().map_err(|_| BadQuery::Time("start_time"))?,
            "end_time" => {
                let end: i64 = value.parse().map_err(|_| BadQuery::Time("end_time"))?;
                query.end = (end != 0).then_some(end);
            }
            "limit" => {
                let limit: usize = value.parse().map_err(|_| BadQuery::Limit)?;
                query.limit = match limit {
                    0 => DEFAULT_LIMIT,
                    1..=MAX_LIMIT => limit,
                    _ => return Err(BadQuery::Limit),
                };
            }
            "descending" => {
                query.order = match value.as_str() {
                    "true" | "1" => ReadOrder::NewestFirst,
                    "false" | "0" | "" => ReadOrder::OldestFirst,
                    _ => return Err(BadQuery::Descending),
                };
            }
            "envelope_types" => {
                is_any_kind = false;
                query.kinds = match value.as_str() {
                    "ANY" | "0" => Kinds::ANY,
                    name => query.kinds.with(kind(name).ok_or(BadQuery::EnvelopeType)?),
                };
            }
            "name_filter" if !value.is_empty() => query.name_filter = Some(value.clone()),
            _ => {}
        }
    }
    if is_any_kind {
        query.kinds = Kinds::ANY;
    }
    if query.end.is_some_and(|end| query.start >= end) {
        return Err(BadQuery::Order);
    }
    Ok(query)
}

/// The time that Go clients send where they have none.
const NO_TIME_IN_GO: i64 = -6_795_364_578_871_345_152;

/// Whether a client asks for the newest line to find out where following the log begins, as the CLI does before it stages.
pub(super) fn finds_the_end(query: &ReadQuery) -> bool {
    query.limit == 1 && query.order == ReadOrder::NewestFirst && query.start == NO_TIME_IN_GO
}

/// By name, or by number as in log-cache's protocol.
fn kind(name: &str) -> Option<Kind> {
    Some(match name {
        "LOG" | "1" => Kind::Log,
        "COUNTER" | "2" => Kind::Counter,
        "GAUGE" | "3" => Kind::Gauge,
        "TIMER" | "4" => Kind::Timer,
        "EVENT" | "5" => Kind::Event,
        _ => return None,
    })
}

/// The query of `GET /v2/read`: kinds are keys without a value.
pub(super) fn parse_stream(pairs: &[Pair]) -> Result<Subscription, BadQuery> {
    let mut subscription = Subscription { sources: None, kinds: Kinds::NONE };
    for (key, value) in pairs {
        let kind = match key.as_str() {
            "log" => Kind::Log,
            "counter" => Kind::Counter,
            "gauge" => Kind::Gauge,
            "timer" => Kind::Timer,
            "event" => Kind::Event,
            "source_id" if !value.is_empty() => {
                subscription.sources.get_or_insert_default().push(Arc::from(value.as_str()));
                continue;
            }
            _ => continue,
        };
        subscription.kinds = subscription.kinds.with(kind);
    }
    if subscription.kinds.is_empty() { Err(BadQuery::NoEnvelopeType) } else { Ok(subscription) }
}
