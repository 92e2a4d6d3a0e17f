//! How an operation goes, by word or by example.
//!
//! Words that decide how it is done: `ok`, `existing`, `quiet` (an update that says nothing), `async`, `async_slow` (in progress once),
//! `async_hold` (until `/control/release`), `async_fail`, `async_fail_silent`, `async_noop` (202 without an operation), `async_gone` (the
//! end of a deletion is a 410).
//! Words that are an answer: those of [`said`], and `error_NNN`, `error_NNN_html`, `error_NNN_empty`. `slow` and `hang` wait before they
//! go well, under and over the platform's own patience.

use super::reply::Reply;
use serde_json::{Map, Value, json};

/// Seconds, for a platform that waits ten.
const SLOW: f64 = 5.0;
const HANG: f64 = 20.0;

/// What a behaviour does to an operation.
pub enum Turn {
    /// This is the answer, and nothing is done.
    Answer(Reply),
    /// It goes its way after that many seconds.
    After(f64),
    Goes,
}

pub fn turn(behaviour: &Value) -> Turn {
    if let Some(example) = behaviour.as_object() {
        return Turn::Answer(exemplary(example));
    }
    match behaviour.as_str().unwrap_or_default() {
        "slow" => Turn::After(SLOW),
        "hang" => Turn::After(HANG),
        word => error(word).or_else(|| said(word)).map_or(Turn::Goes, Turn::Answer),
    }
}

fn exemplary(example: &Map<String, Value>) -> Reply {
    let status = example.get("status").and_then(Value::as_u64).and_then(|n| u16::try_from(n).ok());
    let status = status.unwrap_or(200);
    let reply = match (example.get("raw").and_then(Value::as_str), example.get("body")) {
        (Some(raw), _) => Reply::raw(status, raw),
        (None, None | Some(Value::Null)) => Reply::empty_object(status),
        (None, Some(body)) => Reply::json(status, body),
    };
    reply.with(example.get("headers").and_then(Value::as_object).cloned().unwrap_or_default())
}

/// `error_NNN`, with a body of its own kind.
fn error(word: &str) -> Option<Reply> {
    let rest = word.strip_prefix("error_")?;
    let (digits, kind) = rest.split_once('_').unwrap_or((rest, ""));
    let status = digits.parse().ok().filter(|_| digits.len() == 3)?;
    match kind {
        "" => Some(Reply::json(
            status,
            &json!({ "error": "SomeError", "description": format!("the broker answers {status}") }),
        )),
        "html" => Some(Reply::html(status, "<h1>broken</h1>")),
        "empty" => Some(Reply::raw(status, "")),
        _ => None,
    }
}

/// The words that are an answer.
pub fn said(word: &str) -> Option<Reply> {
    let refused = |error: &str, description: &str| {
        Reply::json(422, &json!({ "error": error, "description": description }))
    };
    let state = |state: &str| Reply::json(200, &json!({ "state": state }));
    Some(match word {
        "html" => Reply::html(200, "<html><body>Hello</body></html>"),
        "malformed" => Reply::raw(200, "{\"not json"),
        "array" => Reply::raw(200, "[]"),
        "empty" => Reply::empty_object(200),
        "nobody" => Reply::raw(200, ""),
        "conflict" => Reply::describing(409, "conflicting attributes"),
        "gone" => Reply::empty_object(410),
        "AsyncRequired" => refused(word, "asynchronous only"),
        "ConcurrencyError" => refused(word, "another operation"),
        "RequiresApp" => refused(word, "an app is required"),
        "MaintenanceInfoConflict" => refused(word, "other version"),
        "unprocessable" => Reply::describing(422, "not like this"),
        "succeeded" => state("succeeded"),
        "failed" => Reply::json(200, &json!({ "state": "failed", "description": "it went wrong" })),
        "progress" => Reply::json(200, &json!({ "state": "in progress", "description": "working" })),
        "badstate" => state("strange"),
        "nostate" => Reply::describing(200, "no state"),
        _ => return None,
    })
}

/// The next behaviour that `holder` has for an operation: a list is used up, but for its last.
pub fn take(holder: &mut Map<String, Value>, operation: &str) -> Option<Value> {
    let next = match holder.get_mut(operation)? {
        Value::Array(list) if list.len() > 1 => list.remove(0),
        Value::Array(list) => list.first().cloned()?,
        one => one.clone(),
    };
    (!next.is_null()).then_some(next)
}

/// What the name of a plan says: ids of plans are `TAG-OFFERING-PLAN-id`.
pub fn of_plan(plan_id: &str) -> Option<Value> {
    let name = plan_id.strip_suffix("-id")?.rsplit('-').next()?;
    match name {
        "fail" => Some("error_500".into()),
        "timeout" => Some("async_hold".into()),
        _ => name.starts_with("async").then(|| "async".into()),
    }
}
