//! The parts of bodies that creating and changing an app share.

use crate::wire::Fields;
use cc_domain::app::{EnvironmentError, EnvironmentVariables, LifecycleKind, LifecycleRequest, environment};
use cc_domain::patch::Patch;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Names of buildpacks and stacks may be this long.
const MAX_CHARS: usize = 4_096;

/// The `lifecycle` member. In a creation its type and data are required.
pub fn lifecycle(fields: &mut Fields, is_creation: bool) -> Option<LifecycleRequest> {
    let members = fields.object("lifecycle", "Lifecycle").value()?;
    let mut inner = Fields::new(members, &["type", "data"]);
    let kind = match inner.text("type", "Lifecycle type") {
        Patch::Value(text) => {
            let kind = text.parse::<LifecycleKind>().ok();
            if kind.is_none() {
                inner.refuse(format!(
                    "Lifecycle type is not included in list: {}",
                    ["buildpack", "docker", "cnb"].join(", ")
                ));
            }
            kind
        }
        Patch::Null | Patch::Absent => {
            if is_creation {
                inner.refuse("Lifecycle type must be a string");
            }
            None
        }
    };
    let data = inner.object("data", "Lifecycle data");
    if is_creation && data.as_ref().value().is_none() && inner.is_fine() {
        inner.refuse("Lifecycle data must be an object");
    }
    let (mut buildpacks, mut stack) = (Patch::Absent, Patch::Absent);
    if let Patch::Value(data) = data {
        let known: &[&str] =
            if kind == Some(LifecycleKind::Docker) { &[] } else { &["buildpacks", "stack", "credentials"] };
        let mut data = Fields::new(data, known);
        buildpacks = data.texts("buildpacks", "Buildpacks");
        if let Patch::Value(list) = &buildpacks
            && list.iter().any(|b| !(1..=MAX_CHARS).contains(&b.chars().count()))
        {
            data.refuse("Buildpacks entries must be between 1 and 4096 characters");
        }
        stack = data.text("stack", "Stack");
        if let Patch::Value(stack) = &stack
            && !(1..=MAX_CHARS).contains(&stack.chars().count())
        {
            data.refuse("Stack must be between 1 and 4096 characters");
        }
        inner.nested("Lifecycle", data);
    }
    for complaint in inner.into_complaints() {
        fields.refuse(complaint);
    }
    Some(LifecycleRequest { kind, buildpacks, stack })
}

/// The `environment_variables` of a creation. Values that are not texts are taken in their JSON form, as the reference does.
pub fn environment_variables(fields: &mut Fields) -> EnvironmentVariables {
    let Patch::Value(members) = fields.object("environment_variables", "Environment variables") else {
        return EnvironmentVariables::default();
    };
    check_keys(fields, &members, "Environment variables");
    let variables: BTreeMap<_, _> = members.into_iter().map(|(key, value)| (key, as_text(value))).collect();
    for (key, value) in &variables {
        check_value(fields, key, value, "Environment variables");
    }
    EnvironmentVariables::new(variables)
}

/// A value as a process sees it.
pub fn as_text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// The `var` of a change: texts and nulls only.
pub fn variables(fields: &mut Fields) -> BTreeMap<String, Option<String>> {
    let members = match fields.take("var") {
        Patch::Value(Value::Object(members)) => members,
        Patch::Absent | Patch::Null | Patch::Value(_) => {
            fields.refuse("Var must be an object");
            return BTreeMap::new();
        }
    };
    check_keys(fields, &members, "Var");
    let mut variables = BTreeMap::new();
    for (key, value) in members {
        match value {
            Value::Null => {
                variables.insert(key, None);
            }
            Value::String(text) => {
                check_value(fields, &key, &text, "Var");
                variables.insert(key, Some(text));
            }
            other => fields
                .refuse(format!("Non-string value in environment variable for key '{key}', value '{other}'")),
        }
    }
    variables
}

/// Refuses what no process can be given.
pub fn check_value(fields: &mut Fields, key: &str, value: &str, label: &str) {
    if let Err(error) = environment::check_value(key, value) {
        fields.refuse(format!("{label} {error}"));
    }
}

fn check_keys(fields: &mut Fields, members: &Map<String, Value>, label: &str) {
    for key in members.keys() {
        if let Err(error) = environment::check_key(key) {
            let text = match error {
                EnvironmentError::EmptyKey => "key must be a minimum length of 1".to_owned(),
                other => other.to_string(),
            };
            fields.refuse(format!("{label} {text}"));
        }
    }
}
