//! A manifest compared with what is there, for a client to show: its keys and those of its parts, one by one.

use super::generate::{log_rate, megabytes};
use crate::buildpack::url;
use crate::quantity::{LogRate, Megabytes, parse_bytes};
use serde_json::{Map, Value};

/// One difference, like an operation of a JSON patch.
#[derive(Clone, Debug, PartialEq)]
pub struct DiffEntry {
    pub op: DiffOp,
    /// As in `/applications/0/processes/0/instances`, by the indices of the manifest.
    pub path: String,
    /// For replace and remove.
    pub was: Option<Value>,
    /// For add and replace.
    pub value: Option<Value>,
    /// For move; a path within the list, as the reference has it.
    pub from: Option<String>,
}

text_enum! {
    pub enum DiffOp {
        Add = "add",
        Replace = "replace",
        Remove = "remove",
        Move = "move",
    }
}

/// Keys of an app that are compared; memory and disk of the app itself never are.
const APP_KEYS: [&str; 30] = [
    "name",
    "env",
    "lifecycle",
    "docker",
    "buildpack",
    "buildpacks",
    "stack",
    "features",
    "services",
    "routes",
    "no_route",
    "random_route",
    "default_route",
    "metadata",
    "processes",
    "sidecars",
    "command",
    "instances",
    "log_rate_limit_per_second",
    "timeout",
    "health_check_type",
    "health_check_http_endpoint",
    "health_check_timeout",
    "health_check_invocation_timeout",
    "health_check_interval",
    "readiness_health_check_type",
    "readiness_health_check_http_endpoint",
    "readiness_health_check_invocation_timeout",
    "readiness_health_check_interval",
    "cnb_credentials",
];

/// Keys of a process that are compared.
const PROCESS_KEYS: [&str; 16] = [
    "type",
    "command",
    "user",
    "disk_quota",
    "log-rate-limit-per-second",
    "health-check-http-endpoint",
    "health-check-invocation-timeout",
    "health-check-interval",
    "health-check-type",
    "readiness-health-check-http-endpoint",
    "readiness-health-check-invocation-timeout",
    "readiness-health-check-interval",
    "readiness-health-check-type",
    "instances",
    "memory",
    "timeout",
];

/// The differences between a document (as [`super::yaml::read`] gives it) and the apps it names; `current` gives the manifest of an app, as
/// [`super::generate`] makes it, by the app's name.
pub fn diff(document: &Value, current: impl Fn(&str) -> Option<Value>) -> Vec<DiffEntry> {
    let mut differences = Vec::new();
    let entries = document.get("applications").and_then(Value::as_array);
    for (index, entry) in entries.into_iter().flatten().enumerate() {
        let Some(entry) = entry.as_object() else { continue };
        let name = entry.get("name").and_then(Value::as_str).unwrap_or_default();
        let existing = current(name).and_then(|m| m.pointer("/applications/0").cloned());
        let existing = existing.as_ref().and_then(Value::as_object);
        // Another spelling of the same name is another app to whoever compares.
        let existing = existing.filter(|e| e.get("name").and_then(Value::as_str) == Some(name));
        for (key, value) in entry {
            let plain = key.replace('-', "_");
            if !APP_KEYS.contains(&plain.as_str()) {
                continue;
            }
            let Some(value) = compared(&plain, value) else { continue };
            let was = existing.and_then(|e| lookup(e, &plain).or_else(|| lookup(web(e)?, &plain)));
            let was = was.cloned().map(|was| pruned(&plain, was, &value)).unwrap_or_default();
            let path = format!("/applications/{index}/{}", escaped(key));
            compare(&was, &value, &path, &mut differences);
        }
    }
    differences
}

fn lookup<'a>(object: &'a Map<String, Value>, plain: &str) -> Option<&'a Value> {
    object.iter().find(|(key, _)| key.replace('-', "_") == plain).map(|(_, value)| value)
}

fn web(app: &Map<String, Value>) -> Option<&Map<String, Value>> {
    let processes = app.get("processes")?.as_array()?;
    processes
        .iter()
        .filter_map(Value::as_object)
        .find(|p| p.get("type").and_then(Value::as_str) == Some("web"))
}

/// A segment of a JSON pointer.
fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// What counts of a value of the manifest, quantities in the unit in which they are shown; `None` if nothing does.
fn compared(plain: &str, value: &Value) -> Option<Value> {
    let slice = |keys: &[&str]| {
        let items = value.as_array()?.iter().map(|item| {
            let Some(item) = item.as_object() else { return item.clone() };
            let kept = item.iter().filter(|(key, _)| keys.contains(&key.as_str()));
            Value::Object(kept.map(|(key, value)| (key.clone(), in_units(key, value))).collect())
        });
        let items: Vec<Value> = items.collect();
        (items != [Value::Object(Map::new())]).then_some(Value::Array(items))
    };
    match plain {
        "processes" => slice(&PROCESS_KEYS),
        "sidecars" => slice(&["name", "command", "process_types", "memory"]),
        "services" => slice(&["name", "parameters"]),
        // As they are shown, so that nothing is told of credentials, and nothing differs that cannot be seen.
        "buildpack" => Some(without_credentials(value)),
        "buildpacks" => Some(value.as_array().map_or_else(
            || value.clone(),
            |all| Value::Array(all.iter().map(without_credentials).collect()),
        )),
        "metadata" => {
            let kept =
                value.as_object()?.iter().filter(|(k, _)| matches!(k.as_str(), "labels" | "annotations"));
            let kept: Map<String, Value> = kept.map(|(k, v)| (k.clone(), v.clone())).collect();
            (!kept.is_empty()).then_some(Value::Object(kept))
        }
        _ => Some(in_units(&plain.replace('_', "-"), value)),
    }
}

fn without_credentials(buildpack: &Value) -> Value {
    buildpack.as_str().map_or_else(|| buildpack.clone(), |text| url::shown(text).into())
}

fn in_units(key: &str, value: &Value) -> Value {
    let text = super::yaml::as_text(value);
    let shown = match key {
        "memory" | "disk_quota" => parse_bytes(&text)
            .ok()
            .and_then(|bytes| Megabytes::new(bytes >> 20))
            .map(|mb| megabytes(mb).into()),
        "log-rate-limit-per-second" if matches!(text.as_str(), "-1" | "0") => Some(text.into()),
        "log-rate-limit-per-second" => parse_bytes(&text).ok().and_then(LogRate::new).map(log_rate),
        _ => None,
    };
    shown.unwrap_or_else(|| value.clone())
}

/// What is there without what the manifest does not speak of. Behind a member that goes the next one is passed over, as in the reference.
fn pruned(plain: &str, was: Value, value: &Value) -> Value {
    let identity = match plain {
        "processes" => "type",
        "sidecars" => "name",
        "routes" => "route",
        "features" => {
            let Value::Object(features) = was else { return was };
            let named = |name: &str| value.get(name).is_some();
            return features.into_iter().filter(|(name, _)| named(name)).collect::<Map<_, _>>().into();
        }
        _ => return was,
    };
    let Value::Array(items) = was else { return was };
    let mut kept = Vec::new();
    let mut items = items.into_iter();
    while let Some(item) = items.next() {
        let wanted =
            value.as_array().and_then(|all| all.iter().find(|v| v.get(identity) == item.get(identity)));
        match (wanted, item) {
            (None, _) => kept.extend(items.next()),
            (Some(wanted), Value::Object(members)) => {
                let is_said = |key: &str| wanted.get(key).is_some_and(|value| !value.is_null());
                kept.push(members.into_iter().filter(|(key, _)| is_said(key)).collect::<Map<_, _>>().into());
            }
            (Some(_), item) => kept.push(item),
        }
    }
    Value::Array(kept)
}

fn entry(op: DiffOp, path: &str, was: Option<&Value>, value: Option<&Value>) -> DiffEntry {
    DiffEntry { op, path: path.to_owned(), was: was.cloned(), value: value.cloned(), from: None }
}

/// Of a map: what is lost, what is gained, what is kept, the last in the order of what is there.
fn compare(was: &Value, value: &Value, path: &str, out: &mut Vec<DiffEntry>) {
    match (was, value) {
        (Value::Object(was), Value::Object(value)) => {
            let at = |key: &str| format!("{path}/{}", escaped(key));
            for (key, was) in was.iter().filter(|(key, _)| !value.contains_key(*key)) {
                out.push(entry(DiffOp::Remove, &at(key), Some(was), None));
            }
            for (key, value) in value.iter().filter(|(key, _)| !was.contains_key(*key)) {
                out.push(entry(DiffOp::Add, &at(key), None, Some(value)));
            }
            for (key, was) in was {
                if let Some(value) = value.get(key) {
                    compare(was, value, &at(key), out);
                }
            }
        }
        (Value::Array(was), Value::Array(value)) => compare_lists(was, value, path, out),
        (was, value) if was == value => {}
        (Value::Null, value) => out.push(entry(DiffOp::Add, path, None, Some(value))),
        (was, value) => out.push(entry(DiffOp::Replace, path, Some(was), Some(value))),
    }
}

/// Members are the same thing if their names are, or if they are equal in something.
fn is_same(was: &Value, value: &Value) -> bool {
    let (Some(old), Some(new)) = (was.as_object(), value.as_object()) else { return was == value };
    let name = ["type", "name"].into_iter().find(|key| old.contains_key(*key) && new.contains_key(*key));
    match name {
        Some(name) => old.get(name) == new.get(name),
        None => old.iter().any(|(key, old)| key == "route" && new.get(key) == Some(old)),
    }
}

fn compare_lists(was: &[Value], value: &[Value], path: &str, out: &mut Vec<DiffEntry>) {
    let at = |index: usize| format!("{path}/{index}");
    let is_kept = |old: &Value| value.iter().any(|new| is_same(old, new));
    let mut current: Vec<&Value> = Vec::new();
    for old in was {
        if is_kept(old) {
            current.push(old);
        } else {
            out.push(entry(DiffOp::Remove, &at(current.len()), Some(old), None));
        }
    }
    // What moves goes behind what stays: from the end of the wanted order back to its beginning.
    let kept: Vec<&Value> = value.iter().filter(|new| was.iter().any(|old| is_same(old, new))).collect();
    for (to, new) in kept.iter().enumerate().rev() {
        let Some(from) = current.iter().position(|old| is_same(old, new)).filter(|from| *from < to) else {
            continue;
        };
        let moved = current.remove(from);
        current.insert(to.min(current.len()), moved);
        out.push(DiffEntry { from: Some(format!("/{from}")), ..entry(DiffOp::Move, &at(to), None, None) });
    }
    for (index, new) in value.iter().enumerate() {
        if !was.iter().any(|old| is_same(old, new)) {
            out.push(entry(DiffOp::Add, &at(index), None, Some(new)));
        }
    }
    for (index, new) in value.iter().enumerate() {
        if let Some(old) = was.iter().find(|old| is_same(old, new)) {
            compare(old, new, &at(index), out);
        }
    }
}
