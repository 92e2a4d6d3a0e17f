//! How a scenario steers the broker.
//!
//! | Request | Does |
//! |---|---|
//! | `POST /control/reset {"base"}` | forgets everything about a base path |
//! | `POST /control/catalog {"base", "version": 1, 2 or 3}` | changes its catalogue |
//! | `POST /control/behave {"guid" or "base", "OPERATION": B}` | programs an instance, a binding or a base path; null ends it |
//! | `POST /control/release {"guid", "state", "description"}` | ends an operation that is held, `succeeded` unless said otherwise |
//! | `GET /control/log?guid=G` or `?base=B` | what was sent about it; equal neighbours are told once |
//!
//! `&quiet=S` lets the log wait until nothing came for that many seconds.

use super::Inner;
use super::asked::Asked;
use super::operation::Operation;
use super::reply::Reply;
use super::state::{Heard, State};
use serde_json::{Map, Value, json};
use std::time::{Duration, Instant};

/// Seconds that the log waits at most.
const LONGEST_QUIET: f64 = 40.0;

pub async fn answer(inner: &Inner, asked: &Asked, what: &str) -> Reply {
    if what == "log" {
        return log(inner, asked).await;
    }
    let mut state = inner.state();
    let missing = |name: &str| Reply::describing(400, &format!("{name} is missing"));
    let done = Reply::json(200, &json!({ "ok": true }));
    match (what, asked.text("base"), asked.text("guid")) {
        ("reset", Some(base), _) => {
            state.forget(base);
            done
        }
        ("catalog", Some(base), _) => match asked.body.get("version").and_then(Value::as_u64) {
            Some(version) => {
                state.versions.insert(base.to_owned(), version);
                done
            }
            None => missing("version"),
        },
        ("behave", base, guid) => match guid.or(base) {
            Some(key) => {
                state.program(key, asked);
                done
            }
            None => missing("guid"),
        },
        ("release", _, Some(guid)) => {
            if state.release(guid, asked) {
                done
            } else {
                Reply::json(404, &json!({ "ok": false }))
            }
        }
        ("reset" | "catalog", None, _) => missing("base"),
        ("release", _, None) => missing("guid"),
        _ => Reply::describing(404, "no such path"),
    }
}

impl State {
    fn forget(&mut self, base: &str) {
        self.versions.remove(base);
        self.programs.remove(base);
        self.log.retain(|heard| heard.base != base);
        self.instances.retain(|_, kept| kept.base != base);
        self.bindings.retain(|_, kept| kept.base != base);
    }

    fn program(&mut self, key: &str, asked: &Asked) {
        let program = self.programs.entry(key.to_owned()).or_default();
        for operation in Operation::ALL {
            match asked.body.get(operation.name()) {
                Some(Value::Null) => {
                    program.remove(operation.name());
                }
                Some(behaviour) => {
                    program.insert(operation.name().to_owned(), behaviour.clone());
                }
                None => {}
            }
        }
    }

    fn release(&mut self, guid: &str, asked: &Asked) -> bool {
        let Some(kept) = self.instances.get_mut(guid).or_else(|| self.bindings.get_mut(guid)) else {
            return false;
        };
        let mut end = Map::new();
        end.insert(
            "state".to_owned(),
            asked.body.get("state").cloned().unwrap_or_else(|| "succeeded".into()),
        );
        if let Some(description) = asked.body.get("description") {
            end.insert("description".to_owned(), description.clone());
        }
        kept.released = Some(end.into());
        true
    }
}

async fn log(inner: &Inner, asked: &Asked) -> Reply {
    let (guid, base) = (asked.in_query("guid"), asked.in_query("base"));
    let is_meant = |heard: &&Heard| match guid {
        Some(guid) => heard.about.iter().any(|about| about == guid),
        None => base == Some(heard.base.as_str()),
    };
    if let Some(quiet) = asked.in_query("quiet").and_then(|seconds| seconds.parse::<f64>().ok()) {
        let (quiet, began) = (inner.seconds(quiet), Instant::now());
        let end = began + inner.seconds(LONGEST_QUIET);
        while Instant::now() < end {
            let last = inner.state().log.iter().filter(is_meant).map(|heard| heard.at).max();
            let silent = last.map_or(began, |last| last.max(began)).elapsed();
            let Some(left) = quiet.checked_sub(silent).filter(|left| !left.is_zero()) else { break };
            tokio::time::sleep(left.max(Duration::from_millis(1))).await;
        }
    }
    let state = inner.state();
    let mut shown: Vec<&Value> = state.log.iter().filter(is_meant).map(|heard| &heard.shown).collect();
    shown.dedup();
    Reply::json(200, &json!({ "requests": shown }))
}
