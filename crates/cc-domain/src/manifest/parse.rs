//! From a tree of values to typed entries, with every complaint at once.

use super::process::process;
use super::yaml::{NOT_A_TEXT, as_text};
use super::{AppManifest, Manifest, ManifestError, ManifestRoute, ProcessManifest, Routing};
use crate::app::{AppFeature, LifecycleKind, environment};
use crate::feature_flag::{FeatureFlag, FeatureFlags};
use crate::metadata::{Key, MetadataError, MetadataPatch, check_annotation_value, check_label_value};
use crate::name::Name;
use crate::process::ProcessType;
use crate::quantity::Megabytes;
use crate::sidecar::CreateSidecar;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

pub(super) type Object = Map<String, Value>;

/// Attributes of a process that an app may have for its web process.
const WEB_KEYS: [&str; 16] = [
    "command",
    "instances",
    "memory",
    "disk_quota",
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
    "readiness_health_check_timeout",
];

impl Manifest {
    /// Reads what [`super::yaml::read`] gave.
    pub fn parse(document: &Value, flags: &FeatureFlags) -> Result<Self, ManifestError> {
        let document = document.as_object().ok_or(ManifestError::Syntax)?;
        if document.get("version").is_some_and(|version| !version.is_null() && version.as_f64() != Some(1.0))
        {
            return Err(ManifestError::Version);
        }
        let entries = document.get("applications").and_then(Value::as_array).filter(|list| !list.is_empty());
        let entries = entries.ok_or(ManifestError::NoApplications)?;
        let (mut applications, mut messages) = (Vec::new(), Vec::new());
        for (index, entry) in entries.iter().enumerate() {
            let mut complaints = Vec::new();
            let name = entry.get("name").and_then(Value::as_str).filter(|n| !n.trim().is_empty());
            let app = entry.as_object().and_then(|entry| app(&normalized(entry), flags, &mut complaints));
            let whose = match name {
                Some(name) => format!("For application '{name}': "),
                None => format!("For application at index {index}: "),
            };
            if app.is_none() && complaints.is_empty() {
                complaints.push("Name must not be empty".to_owned());
            }
            messages.extend(complaints.into_iter().map(|text| format!("{whose}{text}")));
            applications.extend(app);
        }
        if messages.is_empty() { Ok(Self { applications }) } else { Err(ManifestError::Invalid(messages)) }
    }
}

/// Keys in snake case; of two spellings the later one counts.
pub(super) fn normalized(object: &Object) -> Object {
    object.iter().map(|(key, value)| (key.replace('-', "_"), value.clone())).collect()
}

fn app(entry: &Object, flags: &FeatureFlags, complaints: &mut Vec<String>) -> Option<AppManifest> {
    let name = match entry.get("name").and_then(Value::as_str).map(Name::parse) {
        Some(Ok(name)) => Some(name),
        Some(Err(crate::name::NameError::TooLong(_))) => {
            complaints.push("Name is too long (maximum is 255 characters)".to_owned());
            None
        }
        Some(Err(crate::name::NameError::Unprintable)) => {
            complaints.push("Name must not contain escaped or newline characters".to_owned());
            None
        }
        Some(Err(crate::name::NameError::Blank)) | None => {
            complaints.push("Name must not be empty".to_owned());
            None
        }
    };
    let buildpacks = buildpacks(entry, complaints);
    let has_docker = entry.get("docker").is_some_and(|d| !d.is_null());
    let lifecycle = entry.get("lifecycle").and_then(Value::as_str).and_then(|l| l.parse().ok());
    let lifecycle = lifecycle.filter(|kind| *kind != LifecycleKind::Docker);
    if has_docker && (entry.contains_key("buildpack") || entry.contains_key("buildpacks")) {
        complaints.push("Cannot specify both buildpack(s) and docker keys".to_owned());
    }
    for (is_asked, flag) in [
        (has_docker, FeatureFlag::DiegoDocker),
        (lifecycle == Some(LifecycleKind::Cnb), FeatureFlag::DiegoCnb),
    ] {
        if is_asked && let Err(refusal) = flags.require(flag) {
            complaints.push(refusal.to_string());
        }
    }
    let stack = entry.get("stack").filter(|s| !s.is_null());
    if stack.is_some_and(|s| s.as_str().is_none_or(str::is_empty)) {
        complaints.push("Stack must be a string".to_owned());
    }
    let app = AppManifest {
        name: name.clone().unwrap_or_else(|| Name::stored("")),
        lifecycle,
        buildpacks,
        is_buildpack_singular: entry.contains_key("buildpack") && !entry.contains_key("buildpacks"),
        has_docker,
        stack: stack.and_then(Value::as_str).map(str::to_owned),
        environment: environment(entry, complaints),
        processes: processes(entry, complaints),
        sidecars: sidecars(entry, complaints),
        routing: routing(entry, flags.is_enabled(FeatureFlag::HashBasedRouting), complaints),
        services: services(entry, complaints),
        metadata: metadata(entry, complaints),
        features: features(entry, complaints),
    };
    name.map(|_| app)
}

fn buildpacks(entry: &Object, complaints: &mut Vec<String>) -> Option<Vec<String>> {
    let is_detection = |text: &str| text == "default" || text == "null";
    match (entry.get("buildpack"), entry.get("buildpacks")) {
        (Some(_), Some(_)) => {
            complaints.push("Buildpack and Buildpacks fields cannot be used together.".to_owned());
            None
        }
        (Some(Value::Null), None) => Some(Vec::new()),
        (Some(Value::String(one)), None) => {
            Some(if is_detection(one) { Vec::new() } else { vec![one.clone()] })
        }
        (Some(_), None) => {
            complaints.push("Buildpack must be a string".to_owned());
            None
        }
        (None, Some(Value::Array(list))) => {
            let texts: Option<Vec<String>> = list.iter().map(|b| b.as_str().map(str::to_owned)).collect();
            if let Some(texts) = texts {
                Some(texts.into_iter().filter(|b| !is_detection(b)).collect())
            } else {
                complaints.push("Buildpacks can only contain strings".to_owned());
                None
            }
        }
        (None, Some(_)) => {
            complaints.push("Buildpacks must be an array".to_owned());
            None
        }
        (None, None) => None,
    }
}

fn environment(entry: &Object, complaints: &mut Vec<String>) -> BTreeMap<String, String> {
    match entry.get("env") {
        None => BTreeMap::new(),
        Some(Value::Object(map)) => {
            for key in map.keys() {
                let problem = if key.starts_with(NOT_A_TEXT) {
                    Err("key must be a string".to_owned())
                } else {
                    environment::check_key(key).map_err(|error| error.to_string())
                };
                if let Err(problem) = problem {
                    let text = format!("Env {problem}");
                    if !complaints.contains(&text) {
                        complaints.push(text);
                    }
                }
            }
            let variables: BTreeMap<_, _> =
                map.iter().map(|(key, value)| (key.clone(), as_text(value))).collect();
            for (key, value) in &variables {
                if let Err(error) = environment::check_value(key, value) {
                    complaints.push(format!("Env {error}"));
                }
            }
            variables
        }
        Some(_) => {
            complaints.push("Env must be an object of keys and values".to_owned());
            BTreeMap::new()
        }
    }
}

fn processes(entry: &Object, complaints: &mut Vec<String>) -> Vec<ProcessManifest> {
    let mut listed: Vec<ProcessManifest> = Vec::new();
    let mut seen = BTreeSet::new();
    match entry.get("processes") {
        None | Some(Value::Null) => {}
        Some(Value::Array(list)) if list.iter().all(Value::is_object) => {
            for one in list.iter().filter_map(Value::as_object).map(normalized) {
                let Some(kind) = one.get("type").and_then(Value::as_str).and_then(ProcessType::parse) else {
                    complaints.push("All Processes must specify a type".to_owned());
                    continue;
                };
                if !seen.insert(kind.clone()) {
                    complaints.push(format!("Process \"{kind}\" may only be present once"));
                    continue;
                }
                listed.push(process(kind, &one, true, complaints));
            }
        }
        Some(_) => complaints.push("Processes must be an array of process configurations".to_owned()),
    }
    let has_web_keys = WEB_KEYS.iter().any(|key| entry.contains_key(*key));
    if has_web_keys && !listed.iter().any(|p| p.kind.is_web()) {
        listed.insert(0, process(ProcessType::web(), entry, false, complaints));
    }
    listed
}

fn sidecars(entry: &Object, complaints: &mut Vec<String>) -> Vec<CreateSidecar> {
    let list = match entry.get("sidecars") {
        None | Some(Value::Null) => return Vec::new(),
        Some(Value::Array(list)) if list.iter().all(Value::is_object) => list,
        Some(_) => {
            complaints.push("Sidecars must be an array of sidecar configurations".to_owned());
            return Vec::new();
        }
    };
    let mut sidecars = Vec::new();
    for one in list.iter().filter_map(Value::as_object).map(normalized) {
        let text = |key: &str| one.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (name, command) = (text("name"), text("command"));
        let types = one.get("process_types").and_then(Value::as_array).cloned().unwrap_or_default();
        let types: Vec<_> = types.iter().filter_map(Value::as_str).filter_map(ProcessType::parse).collect();
        let mut complain = |text: String| complaints.push(format!("Sidecar \"{name}\": {text}"));
        if name.is_empty() {
            complain("Name can't be blank".to_owned());
        }
        if command.is_empty() {
            complain("Command can't be blank".to_owned());
        }
        if types.is_empty() {
            complain("Process types must have at least 1 process_type".to_owned());
        }
        let memory = match super::process::megabytes(one.get("memory")) {
            Ok(memory) => memory,
            Err(problem) => {
                complain(format!("Memory {problem}"));
                None
            }
        };
        sidecars.push(CreateSidecar {
            name,
            command,
            process_types: types,
            memory: memory.filter(|m| *m >= Megabytes::MIN),
        });
    }
    sidecars
}

fn flag(entry: &Object, key: &str, shown: &str, complaints: &mut Vec<String>) -> bool {
    match entry.get(key) {
        None | Some(Value::Null) => false,
        Some(Value::Bool(value)) => *value,
        Some(_) => {
            complaints.push(format!("{shown} must be a boolean"));
            false
        }
    }
}

fn routing(entry: &Object, is_hash_on: bool, complaints: &mut Vec<String>) -> Routing {
    let none = flag(entry, "no_route", "No-route", complaints);
    let random = flag(entry, "random_route", "Random-route", complaints);
    let default = flag(entry, "default_route", "Default-route", complaints);
    if random && default {
        complaints.push("Random-route and default-route may not be used together".to_owned());
    }
    let listed = match entry.get("routes") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(list)) if list.iter().all(Value::is_object) => {
            let parsed = list
                .iter()
                .filter_map(Value::as_object)
                .map(|one| ManifestRoute::parse(one, is_hash_on, complaints));
            parsed.collect::<Vec<_>>().into_iter().flatten().collect()
        }
        Some(_) => {
            complaints.push("Routes must be a list of route objects".to_owned());
            Vec::new()
        }
    };
    if none {
        Routing::None
    } else if !listed.is_empty() {
        Routing::Listed(listed)
    } else if random {
        Routing::Random
    } else if default {
        Routing::Default
    } else {
        Routing::Unsaid
    }
}

fn services(entry: &Object, complaints: &mut Vec<String>) -> Vec<String> {
    let name = |value: &Value| match value {
        Value::String(name) => Some(name.clone()),
        Value::Object(map) => map.get("name").and_then(Value::as_str).map(str::to_owned),
        _ => None,
    };
    match entry.get("services") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(list)) if list.iter().all(|v| name(v).is_some()) => {
            list.iter().filter_map(name).collect()
        }
        Some(_) => {
            complaints.push("Services must be a list of service instances".to_owned());
            Vec::new()
        }
    }
}

fn features(entry: &Object, complaints: &mut Vec<String>) -> BTreeMap<AppFeature, bool> {
    let read = |map: &Object| {
        map.iter()
            .map(|(name, value)| Some((name.parse().ok()?, value.as_bool()?)))
            .collect::<Option<BTreeMap<_, _>>>()
    };
    match entry.get("features") {
        None | Some(Value::Null) => BTreeMap::new(),
        Some(value) => value.as_object().and_then(read).unwrap_or_else(|| {
            complaints.push(
                "Features must be a map of valid feature names to booleans (true = enabled, false = disabled)".to_owned(),
            );
            BTreeMap::new()
        }),
    }
}

fn metadata(entry: &Object, complaints: &mut Vec<String>) -> MetadataPatch {
    let mut patch = MetadataPatch::default();
    let metadata = match entry.get("metadata") {
        None | Some(Value::Null) => return patch,
        Some(Value::Object(metadata)) => metadata,
        Some(_) => {
            complaints.push("Metadata must be an object".to_owned());
            return patch;
        }
    };
    let mut read = |group: &str, kind: &str, check: fn(&str) -> Result<(), MetadataError>| {
        let mut entries = BTreeMap::new();
        let map = match metadata.get(group) {
            None | Some(Value::Null) => return entries,
            Some(Value::Object(map)) => map,
            Some(_) => {
                complaints.push(format!("Metadata '{group}' is not an object"));
                return entries;
            }
        };
        for (key, value) in map {
            let value = if value.is_null() { None } else { Some(as_text(value)) };
            match (Key::parse(key), value.as_deref().map_or(Ok(()), check)) {
                (Ok(key), Ok(())) => {
                    entries.insert(key, value);
                }
                (Err(problem), _) => complaints.push(format!("Metadata {kind} key error: {problem}")),
                (_, Err(problem)) => complaints.push(format!("Metadata {kind} value error: {problem}")),
            }
        }
        entries
    };
    patch.labels = read("labels", "label", check_label_value);
    patch.annotations = read("annotations", "annotation", check_annotation_value);
    patch
}
