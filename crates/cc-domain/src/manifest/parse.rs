//! From a tree of values to typed entries, with every complaint at once.

use super::process::{self, is_blank, text_problems};
use super::yaml::{NOT_A_TEXT, as_text};
use super::{AppManifest, Manifest, ManifestError, ManifestRoute, ProcessManifest, Routing};
use crate::app::{AppFeature, LifecycleKind, environment};
use crate::feature_flag::{FeatureFlag, FeatureFlags};
use crate::metadata::{Key, MetadataError, MetadataPatch, check_annotation_value, check_label_value};
use crate::name::{Name, NameError};
use crate::process::{ProcessType, ScaleProcess};
use crate::quantity::Megabytes;
use crate::sidecar::CreateSidecar;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

pub(super) type Object = Map<String, Value>;

/// Characters of a buildpack or a stack.
const MAX_TEXT: usize = 4_096;

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
            let app = match entry.as_object() {
                Some(entry) => app(&normalized(entry), flags, &mut complaints),
                None => {
                    complaints.push("Name must not be empty".to_owned());
                    None
                }
            };
            let whose = match entry.get("name").filter(|name| !is_blank(name)) {
                Some(name) => format!("For application '{}': ", name_shown(name)),
                None => format!("For application at index {index}: "),
            };
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

/// Whatever stands for a name, as the reference prints it.
fn name_shown(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let members = map.iter().map(|(key, value)| format!(":{key}=>{}", quoted(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
        Value::Array(list) => format!("[{}]", list.iter().map(quoted).collect::<Vec<_>>().join(", ")),
        other => as_text(other),
    }
}

fn quoted(value: &Value) -> String {
    match value {
        Value::Array(_) | Value::Object(_) => name_shown(value),
        Value::Null => "nil".to_owned(),
        other => other.to_string(),
    }
}

/// Everything is looked at, in the order in which the reference tells what is wrong.
fn app(entry: &Object, flags: &FeatureFlags, complaints: &mut Vec<String>) -> Option<AppManifest> {
    let name = name(entry, complaints);
    process::check_sizes("web", entry, complaints);
    let listed = listed_processes(entry, complaints);
    let sidecars = sidecars(entry, complaints);
    let processes = processes(entry, listed, complaints);
    let has_docker = entry.contains_key("docker");
    let lifecycle = entry.get("lifecycle").and_then(Value::as_str).and_then(|l| l.parse().ok());
    let lifecycle = lifecycle.filter(|kind| *kind != LifecycleKind::Docker);
    if !has_docker || lifecycle.is_some() {
        check_lifecycle_data(entry, complaints);
    }
    let metadata = metadata(entry, complaints);
    let has_both = entry.contains_key("buildpack") && entry.contains_key("buildpacks");
    if has_both {
        complaints.push("Buildpack and Buildpacks fields cannot be used together.".to_owned());
    }
    for (is_asked, flag) in [
        (has_docker, FeatureFlag::DiegoDocker),
        (lifecycle == Some(LifecycleKind::Cnb), FeatureFlag::DiegoCnb),
    ] {
        if is_asked && let Err(refusal) = flags.require(flag) {
            complaints.push(refusal.to_string());
        }
    }
    if has_docker && (entry.contains_key("buildpack") || entry.contains_key("buildpacks")) {
        complaints.push("Cannot specify both buildpack(s) and docker keys".to_owned());
    }
    let services = services(entry, complaints);
    let environment = environment(entry, complaints);
    if let Some(buildpack) = entry.get("buildpack").filter(|value| !value.is_null()) {
        let problems = text_problems(buildpack, MAX_TEXT);
        complaints.extend(problems.into_iter().map(|problem| format!("Buildpack {problem}")));
    }
    let routing = routing(entry, flags.is_enabled(FeatureFlag::HashBasedRouting), complaints);
    let features = features(entry, complaints);
    Some(AppManifest {
        name: name?,
        lifecycle,
        buildpacks: buildpacks(entry),
        is_buildpack_singular: entry.contains_key("buildpack") && !entry.contains_key("buildpacks"),
        has_docker,
        stack: entry.get("stack").and_then(Value::as_str).map(str::to_owned),
        environment,
        processes,
        sidecars,
        routing,
        services,
        metadata,
        features,
    })
}

fn name(entry: &Object, complaints: &mut Vec<String>) -> Option<Name> {
    let value = entry.get("name").unwrap_or(&Value::Null);
    if is_blank(value) {
        complaints.push("Name must not be empty".to_owned());
    }
    let Some(text) = value.as_str() else {
        complaints.push("Name must be a string".to_owned());
        return None;
    };
    match Name::parse(text) {
        Ok(name) => return Some(name),
        Err(NameError::TooLong(_)) => {
            complaints.push("Name is too long (maximum is 255 characters)".to_owned())
        }
        Err(NameError::Unprintable) => complaints.push("name format".to_owned()),
        Err(NameError::Blank) => {}
    }
    None
}

/// The buildpacks and stack of an app that is no docker app.
fn check_lifecycle_data(entry: &Object, complaints: &mut Vec<String>) {
    let mut complain = |shown: &str, problems: Vec<String>| {
        complaints.extend(problems.into_iter().map(|problem| format!("{shown} {problem}")));
    };
    if let Some(stack) = entry.get("stack").filter(|value| !value.is_null()) {
        complain("Stack", text_problems(stack, MAX_TEXT));
    }
    match entry.get("buildpacks") {
        None | Some(Value::Null) => {}
        Some(Value::Array(list)) => {
            if list.iter().any(|one| !one.is_string()) {
                complain("Buildpacks", vec!["can only contain strings".to_owned()]);
            }
            let is_odd = |text: &str| text.trim().is_empty() || text.chars().count() > MAX_TEXT;
            if list.iter().filter_map(Value::as_str).any(is_odd) {
                complain("Buildpacks", vec![format!("entries must be between 1 and {MAX_TEXT} characters")]);
            }
        }
        Some(_) => complain("Buildpacks", vec!["must be an array".to_owned()]),
    }
    match entry.get("cnb_credentials") {
        None | Some(Value::Null) => {}
        Some(Value::Object(registries)) => {
            if registries.values().any(|value| !value.is_object()) {
                complain("Credentials", vec!["credentials value must be a hash".to_owned()]);
            }
        }
        Some(_) => complain("Credentials", vec!["must be an object".to_owned()]),
    }
}

/// What the entry says of buildpacks, once it is known to be well formed; none is detection.
fn buildpacks(entry: &Object) -> Option<Vec<String>> {
    let is_named = |text: &&str| !matches!(*text, "default" | "null");
    let list = match (entry.get("buildpacks"), entry.get("buildpack")) {
        (Some(Value::Array(list)), _) => list.as_slice(),
        (None, Some(one)) => std::slice::from_ref(one),
        (Some(_) | None, _) => return None,
    };
    Some(list.iter().filter_map(Value::as_str).filter(is_named).map(str::to_owned).collect())
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

/// The processes that are listed one by one, with the sizes they name.
fn listed_processes(entry: &Object, complaints: &mut Vec<String>) -> Vec<(ProcessType, Object)> {
    let list = match entry.get("processes") {
        None => return Vec::new(),
        Some(Value::Array(list)) if list.iter().all(Value::is_object) => list,
        Some(_) => {
            complaints.push("Processes must be an array of process configurations".to_owned());
            return Vec::new();
        }
    };
    let list: Vec<Object> = list.iter().filter_map(Value::as_object).map(normalized).collect();
    let kind = |one: &Object| one.get("type").and_then(Value::as_str).and_then(ProcessType::parse);
    if list.iter().any(|one| kind(one).is_none()) {
        complaints.push("All Processes must specify a type".to_owned());
    }
    let mut seen = BTreeMap::new();
    for kind in list.iter().filter_map(kind) {
        *seen.entry(kind).or_insert(0_usize) += 1;
    }
    for (kind, _) in seen.iter().filter(|(_, count)| **count > 1) {
        complaints.push(format!("Process \"{kind}\" may only be present once"));
    }
    for one in &list {
        process::check_sizes(kind(one).as_ref().map_or("", ProcessType::as_str), one, complaints);
    }
    list.into_iter().filter_map(|one| Some((kind(&one)?, one))).collect()
}

/// The web process first, as its own entry says or else the app's.
fn processes(
    entry: &Object,
    listed: Vec<(ProcessType, Object)>,
    complaints: &mut Vec<String>,
) -> Vec<ProcessManifest> {
    let (mut all, others): (Vec<_>, Vec<_>) = listed.into_iter().partition(|(kind, _)| kind.is_web());
    let is_web_listed = !all.is_empty();
    if !is_web_listed && WEB_KEYS.iter().any(|key| entry.contains_key(*key)) {
        all.push((ProcessType::web(), entry.clone()));
    }
    all.extend(others);
    let scales: Vec<_> = all.iter().map(|(kind, one)| process::scale(kind, one, complaints)).collect();
    let read = |((kind, one), scale): ((ProcessType, Object), ScaleProcess)| {
        let may_have_user = is_web_listed || !kind.is_web();
        let update = process::update(&kind, &one, may_have_user, complaints);
        ProcessManifest { kind, update, scale }
    };
    all.into_iter().zip(scales).map(read).collect()
}

fn sidecars(entry: &Object, complaints: &mut Vec<String>) -> Vec<CreateSidecar> {
    match entry.get("sidecars") {
        None => Vec::new(),
        Some(Value::Array(list)) if list.iter().all(Value::is_object) => {
            let list = list.iter().filter_map(Value::as_object).map(normalized);
            list.map(|one| sidecar(&one, complaints)).collect()
        }
        Some(_) => {
            complaints.push("Sidecars must be an array of sidecar configurations".to_owned());
            Vec::new()
        }
    }
}

fn sidecar(from: &Object, complaints: &mut Vec<String>) -> CreateSidecar {
    let value = |key: &str| from.get(key).unwrap_or(&Value::Null);
    let mut complain = |problem: String| {
        complaints.push(if is_blank(value("name")) {
            format!("Sidecar {}", problem.to_lowercase())
        } else {
            format!("Sidecar \"{}\": {problem}", name_shown(value("name")))
        });
    };
    for (key, shown) in [("name", "Name"), ("command", "Command")] {
        if is_blank(value(key)) {
            complain(format!("{shown} can't be blank"));
        }
        if !value(key).is_string() {
            complain(format!("{shown} must be a string"));
        }
    }
    let types = value("process_types");
    if !types.is_array() {
        complain("Process types must be an array".to_owned());
    }
    if types.is_null() || types.as_array().is_some_and(Vec::is_empty) {
        complain("Process types must have at least 1 process_type".to_owned());
    }
    let memory = match process::bytes(from.get("memory")) {
        None => None,
        Some(Ok(bytes)) => {
            let memory = Megabytes::new(bytes >> 20);
            if memory.is_none() {
                complain("Memory in mb must be greater than 0".to_owned());
            }
            memory
        }
        Some(Err(_)) => {
            complain("Memory in mb is not a number".to_owned());
            None
        }
    };
    let text = |key: &str| value(key).as_str().unwrap_or_default().to_owned();
    let types = types.as_array().into_iter().flatten().filter_map(Value::as_str);
    CreateSidecar {
        name: text("name"),
        command: text("command"),
        process_types: types.filter_map(ProcessType::parse).collect(),
        memory,
    }
}

fn routing(entry: &Object, is_hash_on: bool, complaints: &mut Vec<String>) -> Routing {
    let listed = entry.get("routes").map(|routes| ManifestRoute::parse_all(routes, is_hash_on, complaints));
    for (key, shown) in
        [("no_route", "No-route"), ("default_route", "Default-route"), ("random_route", "Random-route")]
    {
        if entry.get(key).is_some_and(|value| !value.is_null() && !value.is_boolean()) {
            complaints.push(format!("{shown} must be a boolean"));
        }
    }
    let is_set =
        |key: &str| entry.get(key).is_some_and(|value| !matches!(value, Value::Null | Value::Bool(false)));
    if is_set("random_route") && is_set("default_route") {
        complaints.push("Random-route and default-route may not be used together".to_owned());
    }
    match listed.unwrap_or_default() {
        _ if is_set("no_route") => Routing::None,
        listed if !listed.is_empty() => Routing::Listed(listed),
        _ if is_set("random_route") => Routing::Random,
        _ if is_set("default_route") => Routing::Default,
        _ => Routing::Unsaid,
    }
}

/// Names of service instances.
fn services(entry: &Object, complaints: &mut Vec<String>) -> Vec<String> {
    let name = |value: &Value| match value {
        Value::String(name) => Some(name.clone()),
        Value::Object(map) => {
            let is_known = |(key, value): (&String, &Value)| match key.as_str() {
                "name" => true,
                "parameters" => value.is_object(),
                "binding_name" => value.is_string(),
                _ => false,
            };
            map.get("name").filter(|_| map.iter().all(is_known)).map(as_text)
        }
        _ => None,
    };
    let names = match entry.get("services") {
        None => Some(Vec::new()),
        Some(Value::Array(list)) => list.iter().map(name).collect(),
        Some(_) => None,
    };
    names.unwrap_or_else(|| {
        complaints.push("Services must be a list of service instances".to_owned());
        Vec::new()
    })
}

fn features(entry: &Object, complaints: &mut Vec<String>) -> BTreeMap<AppFeature, bool> {
    let Some(value) = entry.get("features") else { return BTreeMap::new() };
    let read = |map: &Object| {
        let features = map.iter().map(|(name, value)| Some((name.parse().ok()?, value.as_bool()?)));
        features.collect::<Option<BTreeMap<_, _>>>().filter(|features| !features.is_empty())
    };
    value.as_object().and_then(read).unwrap_or_else(|| {
        complaints.push(
            "Features must be a map of valid feature names to booleans (true = enabled, false = disabled)"
                .to_owned(),
        );
        BTreeMap::new()
    })
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
    for key in metadata.keys().filter(|key| !matches!(key.as_str(), "labels" | "annotations")) {
        complaints.push(format!("Metadata has unexpected field(s): '{key}'"));
    }
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
