//! A manifest compared with what is there, for a client to show. Keys that the manifest does not have are no difference.

use super::generate::{log_rate, megabytes};
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
}

text_enum! {
    pub enum DiffOp {
        Add = "add",
        Replace = "replace",
        Remove = "remove",
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

/// Wishes, not properties: nothing that is there could differ from them.
const UNCOMPARED: [&str; 3] = ["no_route", "random_route", "default_route"];

/// The differences between a document (as [`super::yaml::read`] gives it) and the apps it names; `current` gives the manifest of an app, as
/// [`super::generate`] makes it, by the app's name.
pub fn diff(document: &Value, current: impl Fn(&str) -> Option<Value>) -> Vec<DiffEntry> {
    let mut differences = Vec::new();
    let entries = document.get("applications").and_then(Value::as_array);
    for (index, entry) in entries.into_iter().flatten().enumerate() {
        let Some(entry) = entry.as_object().map(with_plain_sizes) else { continue };
        let name = entry.get("name").and_then(Value::as_str).unwrap_or_default();
        let existing = current(name).and_then(|m| m.pointer("/applications/0").cloned());
        let existing = existing.as_ref().and_then(Value::as_object);
        for (key, value) in &entry {
            let plain = key.replace('-', "_");
            if !APP_KEYS.contains(&plain.as_str())
                || (existing.is_some() && UNCOMPARED.contains(&plain.as_str()))
            {
                continue;
            }
            let path = format!("/applications/{index}/{}", escaped(key));
            let was = existing.and_then(|e| lookup(e, &plain).or_else(|| lookup(web(e)?, &plain)));
            compare(&plain, was, value, &path, &mut differences);
        }
    }
    differences
}

/// Sizes of the app, its processes and its sidecars in the units that manifests are generated with.
fn with_plain_sizes(entry: &Map<String, Value>) -> Map<String, Value> {
    let plain = |(key, value): (&String, &Value)| {
        let value = match (key.replace('-', "_").as_str(), value) {
            (size @ ("memory" | "disk_quota" | "log_rate_limit_per_second"), value) => {
                comparable(size, value)
            }
            ("processes" | "sidecars", Value::Array(list)) => {
                let list = list.iter().map(|one| match one {
                    Value::Object(one) => with_plain_sizes(one).into(),
                    other => other.clone(),
                });
                list.collect()
            }
            (_, value) => value.clone(),
        };
        (key.clone(), value)
    };
    entry.iter().map(plain).collect()
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

/// The key that tells the members of a list apart.
fn identity(key: &str) -> Option<&'static str> {
    match key {
        "processes" => Some("type"),
        "sidecars" => Some("name"),
        "routes" => Some("route"),
        _ => None,
    }
}

fn compare(key: &str, was: Option<&Value>, value: &Value, path: &str, out: &mut Vec<DiffEntry>) {
    match (was, value) {
        (None, Value::Null) => {}
        // A variable without a value is an empty one.
        (Some(Value::String(was)), Value::Null) if was.is_empty() => {}
        (None, value) => out.push(DiffEntry {
            op: DiffOp::Add,
            path: path.to_owned(),
            was: None,
            value: Some(value.clone()),
        }),
        (Some(was), Value::Null) => out.push(DiffEntry {
            op: DiffOp::Remove,
            path: path.to_owned(),
            was: Some(was.clone()),
            value: None,
        }),
        (Some(Value::Object(was)), Value::Object(value)) => {
            for (inner, value) in value {
                let plain = inner.replace('-', "_");
                let path = format!("{path}/{}", escaped(inner));
                // Names of variables and labels are what they are; only properties have two spellings.
                let old = was.get(inner).or_else(|| identity(key).and_then(|_| lookup(was, &plain)));
                compare(&plain, old, value, &path, out);
            }
        }
        (Some(Value::Array(was)), Value::Array(value)) => compare_lists(key, was, value, path, out),
        (Some(was), value) => {
            if comparable(key, was) != comparable(key, value) {
                out.push(DiffEntry {
                    op: DiffOp::Replace,
                    path: path.to_owned(),
                    was: Some(was.clone()),
                    value: Some(value.clone()),
                });
            }
        }
    }
}

fn compare_lists(key: &str, was: &[Value], value: &[Value], path: &str, out: &mut Vec<DiffEntry>) {
    let at = |index: usize| format!("{path}/{index}");
    if let Some(identity) = identity(key) {
        for (index, value) in value.iter().enumerate() {
            let same = |old: &&Value| own(old, identity) == own(value, identity);
            compare(key, was.iter().find(same), value, &at(index), out);
        }
        return;
    }
    for (index, value) in value.iter().enumerate() {
        compare(key, was.get(index), value, &at(index), out);
    }
    // Bound services and the like are only ever added to.
    if key == "buildpacks" || key == "process_types" {
        for (index, was) in was.iter().enumerate().skip(value.len()) {
            out.push(DiffEntry { op: DiffOp::Remove, path: at(index), was: Some(was.clone()), value: None });
        }
    }
}

/// What a member of a list is called, without the scheme that a route may have.
fn own<'a>(member: &'a Value, identity: &str) -> Option<&'a str> {
    let text = member.get(identity)?.as_str()?;
    Some(text.split_once("://").filter(|_| identity == "route").map_or(text, |(_, rest)| rest))
}

/// The form in which two values are compared: quantities in one unit, scalars of the environment as text.
fn comparable(key: &str, value: &Value) -> Value {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Array(_) | Value::Object(_) | Value::Null => return value.clone(),
        scalar => super::yaml::as_text(scalar),
    };
    let canonical = match key {
        "memory" | "disk_quota" => parse_bytes(&text)
            .ok()
            .and_then(|bytes| Megabytes::new(bytes >> 20))
            .map(|mb| megabytes(mb).into()),
        "log_rate_limit_per_second" => {
            let bytes = text.parse().ok().or_else(|| parse_bytes(&text).ok());
            bytes.and_then(LogRate::new).map(log_rate)
        }
        "buildpack" | "buildpacks" => Some(crate::buildpack::url::shown(&text).into()),
        "route" => text.split_once("://").map(|(_, rest)| rest.into()),
        _ => None,
    };
    canonical.unwrap_or(Value::String(text))
}
