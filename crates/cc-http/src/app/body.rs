//! The parts of bodies that creating and changing an app share.

use crate::wire::Fields;
use crate::wire::rules::{self, Null, is_blank};
use cc_domain::app::{LifecycleKind, LifecycleRequest, RegistryCredentials};
use cc_domain::audit_event::HIDDEN;
use cc_domain::name::{Name, NameError};
use cc_domain::patch::Patch;
use cc_domain::secret::Secret;
use serde_json::{Map, Value};

/// Names of buildpacks and stacks may be this long.
const MAX_CHARS: usize = 4_096;

/// A name that passed the checks of the body, as the reference's model judges it.
pub fn name(text: &str) -> Result<Name, &'static str> {
    Name::parse(text).map_err(|error| match error {
        NameError::Blank => "name presence, name format",
        NameError::Unprintable | NameError::TooLong(_) => "name format",
    })
}

/// How strictly a body takes its `lifecycle`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    /// Without a type nothing else of it is looked at.
    AppCreation,
    AppChange,
    /// The type must be there.
    Build,
}

/// The `lifecycle` member, where it stands in the body. `others` are checks between those of its parts and those of its shape.
pub fn lifecycle(
    fields: &mut Fields,
    strictness: Strictness,
    others: impl FnOnce(&mut Fields),
) -> Option<LifecycleRequest> {
    if !fields.has("lifecycle") {
        others(fields);
        return None;
    }
    let value = fields.take("lifecycle").value().unwrap_or_default();
    let (named, data) =
        (value.get("type").unwrap_or(&Value::Null), value.get("data").unwrap_or(&Value::Null));
    let kind = named.as_str().and_then(|text| text.parse::<LifecycleKind>().ok());
    let mut request = LifecycleRequest {
        kind,
        buildpacks: Patch::Absent,
        stack: Patch::Absent,
        credentials: Patch::Absent,
    };
    // Without a type it is the kind of the app, of which the body knows nothing.
    let is_none = match strictness {
        Strictness::AppCreation => is_blank(named),
        Strictness::AppChange | Strictness::Build => matches!(named, Value::Null | Value::Bool(false)),
    };
    if !is_none && kind.is_none() {
        fields.refuse("Lifecycle type is not included in the list: buildpack, docker, cnb");
    } else if let Value::Object(data) = data {
        let read = read_data(kind, data.clone(), &mut request);
        if !is_blank(named) || strictness != Strictness::AppCreation {
            fields.nested("Lifecycle", read);
        }
    }
    others(fields);
    if (!is_blank(named) || strictness == Strictness::Build) && !named.is_string() {
        fields.refuse("Lifecycle type must be a string");
    }
    if !data.is_object() {
        fields.refuse("Lifecycle data must be an object");
    }
    Some(request)
}

/// A body as its audit event shows it: without values of variables and credentials of registries.
pub fn for_event(mut body: Value) -> Value {
    if let Some(variables) = body.get_mut("environment_variables") {
        *variables = Value::from(HIDDEN);
    }
    let data = body.get_mut("lifecycle").and_then(|lifecycle| lifecycle.get_mut("data"));
    if let Some(credentials) = data.and_then(|data| data.get_mut("credentials")) {
        *credentials = Value::from(HIDDEN);
    }
    body
}

fn read_data(
    kind: Option<LifecycleKind>,
    data: Map<String, Value>,
    request: &mut LifecycleRequest,
) -> Fields {
    let is_docker = kind == Some(LifecycleKind::Docker);
    let mut data = Fields::new(data);
    if !is_docker {
        read_stack_and_buildpacks(&mut data, request);
    }
    data
}

fn read_stack_and_buildpacks(data: &mut Fields, request: &mut LifecycleRequest) {
    data.must_be_string("stack", Null::Skipped);
    let stack = data.take("stack");
    if let Patch::Value(stack) = &stack
        && !(1..=MAX_CHARS).contains(&rules::length(stack))
    {
        data.refuse("Stack must be between 1 and 4096 characters");
    }
    request.stack = stack.map(|stack| rules::as_text(&stack));
    let buildpacks = data.take("buildpacks");
    if matches!(&buildpacks, Patch::Value(value) if !value.is_array()) {
        data.refuse("Buildpacks must be an array");
    }
    data.must_be_object("credentials", Null::Skipped);
    if let Patch::Value(Value::Array(list)) = &buildpacks {
        if list.iter().any(|entry| !entry.is_string()) {
            data.refuse("Buildpacks can only contain strings");
        }
        let is_wrong = |text: &str| text.trim().is_empty() || text.chars().count() > MAX_CHARS;
        if list.iter().any(|entry| entry.as_str().is_some_and(is_wrong)) {
            data.refuse("Buildpacks entries must be between 1 and 4096 characters");
        }
    }
    request.buildpacks = buildpacks.map(|list| {
        list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    });
    let is_no_object = |value: &Value| !value.is_object();
    if data.value("credentials").as_object().is_some_and(|all| all.values().any(is_no_object)) {
        data.refuse("Credentials credentials value must be a hash");
    }
    request.credentials =
        data.take("credentials").map(|given| RegistryCredentials(Secret::from(given.to_string())));
}
