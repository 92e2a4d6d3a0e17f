//! From a tree of values to typed entries, with every complaint at once.

use super::metadata::metadata;
use super::process::{formats, mebibytes, scale, update, whole};
use super::yaml::{NOT_A_TEXT, as_text};
use super::{AppManifest, Manifest, ManifestError, ManifestRoute, ProcessManifest, Routing};
use crate::app::AppFeature;
use crate::app::environment::{self, EnvironmentError};
use crate::feature_flag::{FeatureFlag, FeatureFlags};
use crate::lifecycle::LifecycleKind;
use crate::name::{Name, NameError};
use crate::process::process_type::ProcessType;
use crate::quantity::Megabytes;
use crate::ruby::{self, is_blank, length};
use crate::sidecar::CreateSidecar;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

pub(super) type Object = Map<String, Value>;

/// Characters of a stack or buildpack.
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
            let app = entry.as_object().and_then(|entry| app(&normalized(entry), flags, &mut complaints));
            let whose = match entry.get("name").filter(|name| !is_blank(name)) {
                Some(name) => format!("For application '{}': ", ruby::as_text(name)),
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

/// What is wrong with a value that should be a text of one to `max` characters; lists and maps have a length too.
pub(super) fn text_problems(value: &Value, max: usize) -> Vec<String> {
    let mut problems = Vec::new();
    if !value.is_string() {
        problems.push("must be a string".to_owned());
    }
    if !(1..=max).contains(&length(value)) {
        problems.push(format!("must be between 1 and {max} characters"));
    }
    problems
}

/// The complaints come in the order of the reference's validations.
fn app(entry: &Object, flags: &FeatureFlags, complaints: &mut Vec<String>) -> Option<AppManifest> {
    let name = name(entry, complaints);
    let processes = processes(entry, complaints, |complaints| sidecars(entry, complaints));
    let (processes, sidecars) = processes;
    let has_docker = entry.contains_key("docker");
    let lifecycle = entry.get("lifecycle").and_then(Value::as_str).and_then(|l| l.parse().ok());
    let lifecycle = lifecycle.filter(|kind| *kind != LifecycleKind::Docker);
    if !has_docker || lifecycle.is_some() {
        lifecycle_data(entry, complaints);
    }
    let metadata = metadata(entry, complaints);
    if entry.contains_key("buildpack") && entry.contains_key("buildpacks") {
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
    if let Some(one) = entry.get("buildpack").filter(|one| !one.is_null()) {
        let problems = text_problems(one, MAX_TEXT);
        complaints.extend(problems.into_iter().map(|problem| format!("Buildpack {problem}")));
    }
    let app = AppManifest {
        name: name.clone().unwrap_or_else(|| Name::stored("")),
        lifecycle,
        buildpacks: buildpacks(entry),
        is_buildpack_singular: entry.contains_key("buildpack") && !entry.contains_key("buildpacks"),
        has_docker,
        stack: entry.get("stack").and_then(Value::as_str).map(str::to_owned),
        environment,
        processes,
        sidecars,
        routing: routing(entry, flags.is_enabled(FeatureFlag::HashBasedRouting), complaints),
        services,
        metadata,
        features: features(entry, complaints),
    };
    name.map(|_| app)
}

fn name(entry: &Object, complaints: &mut Vec<String>) -> Option<Name> {
    let given = entry.get("name").unwrap_or(&Value::Null);
    if is_blank(given) {
        complaints.push("Name must not be empty".to_owned());
    }
    let Some(text) = given.as_str() else {
        complaints.push("Name must be a string".to_owned());
        return None;
    };
    match Name::parse(text) {
        Ok(name) => Some(name),
        // The reference has no limit here.
        Err(NameError::TooLong(_)) => Some(Name::stored(text)),
        Err(NameError::Unprintable) => {
            complaints.push("name format".to_owned());
            None
        }
        Err(NameError::Blank) => None,
    }
}

fn lifecycle_data(entry: &Object, complaints: &mut Vec<String>) {
    if let Some(stack) = entry.get("stack").filter(|stack| !stack.is_null()) {
        let problems = text_problems(stack, MAX_TEXT);
        complaints.extend(problems.into_iter().map(|problem| format!("Stack {problem}")));
    }
    let list = entry.get("buildpacks").filter(|list| !list.is_null());
    if list.is_some_and(|list| !list.is_array()) {
        complaints.push("Buildpacks must be an array".to_owned());
    }
    let credentials = entry.get("cnb_credentials").filter(|credentials| !credentials.is_null());
    if credentials.is_some_and(|credentials| !credentials.is_object()) {
        complaints.push("Credentials must be an object".to_owned());
    }
    let items = list.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if items.iter().any(|item| !item.is_string()) {
        complaints.push("Buildpacks can only contain strings".to_owned());
    }
    let is_misfit = |text: &str| text.trim().is_empty() || text.chars().count() > MAX_TEXT;
    if items.iter().filter_map(Value::as_str).any(is_misfit) {
        complaints.push("Buildpacks entries must be between 1 and 4096 characters".to_owned());
    }
    if credentials.and_then(Value::as_object).is_some_and(|all| !all.values().all(Value::is_object)) {
        complaints.push("Credentials credentials value must be a hash".to_owned());
    }
}

/// What is asked for; what is wrong with it is said elsewhere.
fn buildpacks(entry: &Object) -> Option<Vec<String>> {
    let is_named = |text: &&str| !matches!(*text, "default" | "null");
    let texts =
        |list: &[Value]| list.iter().filter_map(Value::as_str).filter(is_named).map(str::to_owned).collect();
    match (entry.get("buildpack"), entry.get("buildpacks")) {
        (_, Some(Value::Array(list))) => Some(texts(list)),
        (_, Some(_)) | (None, None) => None,
        (Some(one), None) => Some(texts(std::slice::from_ref(one))),
    }
}

fn environment(entry: &Object, complaints: &mut Vec<String>) -> Vec<(String, String)> {
    match entry.get("env") {
        None => Vec::new(),
        Some(Value::Object(map)) => {
            for key in map.keys() {
                let problem = if key.starts_with(NOT_A_TEXT) {
                    Err("key must be a string".to_owned())
                } else {
                    environment::check_key(key).map_err(|error| match error {
                        // The same rule has other words here.
                        EnvironmentError::EmptyKey => "key must be a minimum length of 1".to_owned(),
                        other => other.to_string(),
                    })
                };
                if let Err(problem) = problem {
                    let text = format!("Env {problem}");
                    if !complaints.contains(&text) {
                        complaints.push(text);
                    }
                }
            }
            let variables: Vec<_> = map.iter().map(|(key, value)| (key.clone(), as_text(value))).collect();
            for (key, value) in &variables {
                if let Err(error) = environment::check_value(key, value) {
                    complaints.push(format!("Env {error}"));
                }
            }
            variables
        }
        Some(_) => {
            complaints.push("Env must be an object of keys and values".to_owned());
            Vec::new()
        }
    }
}

/// Processes, of which the web process comes first, and what `sidecars` reads: its complaints stand between those of formats and values.
fn processes<T>(
    entry: &Object,
    complaints: &mut Vec<String>,
    sidecars: impl FnOnce(&mut Vec<String>) -> T,
) -> (Vec<ProcessManifest>, T) {
    formats("web", entry, complaints);
    let mut listed: Vec<(String, Object)> = Vec::new();
    match entry.get("processes") {
        None => {}
        Some(Value::Array(list)) if list.iter().all(Value::is_object) => {
            let shown = |one: &Object| as_text(one.get("type").unwrap_or(&Value::Null));
            let all = list.iter().filter_map(Value::as_object).map(normalized);
            listed = all.map(|one| (shown(&one), one)).collect();
            check_types(&listed, complaints);
            for (shown, one) in &listed {
                formats(shown, one, complaints);
            }
        }
        Some(_) => complaints.push("Processes must be an array of process configurations".to_owned()),
    }
    let sidecars = sidecars(complaints);
    listed.sort_by_key(|(shown, _)| shown != "web");
    let mut read: Vec<(&str, &Object, bool)> =
        listed.iter().map(|(shown, one)| (shown.as_str(), one, true)).collect();
    let has_web_keys = WEB_KEYS.iter().any(|key| entry.contains_key(*key));
    if has_web_keys && !read.iter().any(|(shown, ..)| *shown == "web") {
        read.insert(0, ("web", entry, false));
    }
    let scales: Vec<_> = read.iter().map(|(shown, one, _)| scale(shown, one, complaints)).collect();
    let updates: Vec<_> =
        read.iter().map(|(shown, one, is_listed)| update(shown, one, *is_listed, complaints)).collect();
    let whole = read.iter().zip(scales).zip(updates).filter_map(|(((shown, ..), scale), update)| {
        Some(ProcessManifest { kind: ProcessType::parse(shown)?, update, scale })
    });
    (whole.collect(), sidecars)
}

fn check_types(listed: &[(String, Object)], complaints: &mut Vec<String>) {
    if listed.iter().any(|(shown, _)| shown.trim().is_empty()) {
        complaints.push("All Processes must specify a type".to_owned());
    }
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for (shown, _) in listed {
        let count = seen.entry(shown).or_default();
        *count += 1;
        if *count == 2 {
            complaints.push(format!("Process \"{shown}\" may only be present once"));
        }
    }
}

fn sidecars(entry: &Object, complaints: &mut Vec<String>) -> Vec<CreateSidecar> {
    let list = match entry.get("sidecars") {
        None => return Vec::new(),
        Some(Value::Array(list)) if list.iter().all(Value::is_object) => list,
        Some(_) => {
            complaints.push("Sidecars must be an array of sidecar configurations".to_owned());
            return Vec::new();
        }
    };
    list.iter().filter_map(Value::as_object).map(|one| sidecar(one, complaints)).collect()
}

/// The keys of a sidecar have one spelling only.
fn sidecar(one: &Object, complaints: &mut Vec<String>) -> CreateSidecar {
    let get = |key: &str| one.get(key).unwrap_or(&Value::Null);
    let (name, types) = (get("name"), get("process_types"));
    let mut problems = Vec::new();
    for (shown, value) in [("Name", name), ("Command", get("command"))] {
        if is_blank(value) {
            problems.push(format!("{shown} can't be blank"));
        }
        if !value.is_string() {
            problems.push(format!("{shown} must be a string"));
        }
    }
    if !types.is_array() {
        problems.push("Process types must be an array".to_owned());
    }
    if is_blank(types) {
        problems.push("Process types must have at least 1 process_type".to_owned());
    }
    // A number without a unit counts megabytes.
    let memory = match get("memory") {
        value if is_blank(value) => None,
        value => Some(mebibytes(value).map_or_else(|| whole(value), Ok)),
    };
    match memory {
        Some(Ok(..=0)) => problems.push("Memory in mb must be greater than 0".to_owned()),
        Some(Err(problem)) => problems.push(format!("Memory in mb {problem}")),
        Some(Ok(_)) | None => {}
    }
    complaints.extend(problems.iter().map(|problem| {
        if is_blank(name) {
            format!("Sidecar {}", problem.to_lowercase())
        } else {
            format!("Sidecar \"{}\": {problem}", as_text(name))
        }
    }));
    let types = types.as_array().map(Vec::as_slice).unwrap_or_default();
    CreateSidecar {
        name: as_text(name),
        command: as_text(get("command")),
        process_types: types.iter().filter_map(ruby::as_column).collect(),
        memory: memory.and_then(Result::ok).and_then(Megabytes::new),
    }
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

fn is_route(value: &Value) -> bool {
    value.get("route").is_some_and(|route| !is_blank(route))
}

fn routing(entry: &Object, is_hash_on: bool, complaints: &mut Vec<String>) -> Routing {
    let listed = match entry.get("routes") {
        None => Vec::new(),
        Some(Value::Array(list)) if list.iter().all(is_route) => {
            let list: Vec<&Object> = list.iter().filter_map(Value::as_object).collect();
            ManifestRoute::parse_all(&list, is_hash_on, complaints)
        }
        Some(_) => {
            complaints.push("Routes must be a list of route objects".to_owned());
            Vec::new()
        }
    };
    let none = flag(entry, "no_route", "No-route", complaints);
    let default = flag(entry, "default_route", "Default-route", complaints);
    let random = flag(entry, "random_route", "Random-route", complaints);
    let is_said = |key: &str| !matches!(entry.get(key), None | Some(Value::Null | Value::Bool(false)));
    if is_said("random_route") && is_said("default_route") {
        complaints.push("Random-route and default-route may not be used together".to_owned());
    }
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
        Value::Object(map) => {
            let fits = map.iter().all(|(key, value)| match key.as_str() {
                "name" => true,
                "parameters" => value.is_object(),
                "binding_name" => value.is_string(),
                _ => false,
            });
            map.get("name").filter(|_| fits).map(as_text)
        }
        _ => None,
    };
    match entry.get("services") {
        None => Vec::new(),
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
        None => BTreeMap::new(),
        Some(value) => value.as_object().filter(|map| !map.is_empty()).and_then(read).unwrap_or_else(|| {
            complaints.push(
                "Features must be a map of valid feature names to booleans (true = enabled, false = disabled)".to_owned(),
            );
            BTreeMap::new()
        }),
    }
}
