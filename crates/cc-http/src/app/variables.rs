//! Environment variables in bodies: of an app, of a build, of a group.

use crate::wire::Fields;
use cc_domain::app::{EnvironmentError, EnvironmentVariables, VariablesPatch, environment};
use cc_domain::patch::Patch;
use serde_json::{Map, Value};

/// The `environment_variables` of a creation, and what is wrong with their keys. Values may be no texts.
pub fn of_creation(fields: &mut Fields) -> (EnvironmentVariables, Vec<String>) {
    let Patch::Value(Value::Object(members)) = fields.take("environment_variables") else {
        return (EnvironmentVariables::default(), Vec::new());
    };
    let wrong =
        wrong_keys(&members).map(|text| format!("environment_variables {{:message=>{text:?}}}")).collect();
    (given(fields, members), wrong)
}

/// The variables of a creation as they are given. What no process can be given is refused.
pub fn given(
    fields: &mut Fields,
    members: impl IntoIterator<Item = (String, Value)>,
) -> EnvironmentVariables {
    let variables = EnvironmentVariables::given(members.into_iter().collect());
    for (key, value) in variables.iter() {
        check_value(fields, key, &value, "Environment variables");
    }
    variables
}

/// The `var` of a change: texts and nulls only.
pub fn of_change(fields: &mut Fields) -> VariablesPatch {
    let members = match fields.take("var") {
        Patch::Value(Value::Object(members)) => members,
        Patch::Absent | Patch::Null | Patch::Value(_) => {
            fields.refuse("Var must be an object");
            return Vec::new();
        }
    };
    for text in wrong_keys(&members) {
        fields.refuse(format!("Var {text}"));
    }
    let mut variables = Vec::new();
    for (key, value) in members {
        match value {
            // Of one with a wrong key the value does not count.
            _ if environment::check_key(&key).is_err() => {}
            Value::Null => {
                variables.push((key, None));
            }
            Value::String(text) => {
                check_value(fields, &key, &text, "Var");
                variables.push((key, Some(text)));
            }
            other => fields
                .refuse(format!("Non-string value in environment variable for key '{key}', value '{other}'")),
        }
    }
    variables
}

/// Refuses what no process can be given.
fn check_value(fields: &mut Fields, key: &str, value: &str, label: &str) {
    if let Err(error) = environment::check_value(key, value) {
        fields.refuse(format!("{label} {error}"));
    }
}

fn wrong_keys(members: &Map<String, Value>) -> impl Iterator<Item = String> {
    members.keys().filter_map(|key| environment::check_key(key).err()).map(|error| match error {
        EnvironmentError::EmptyKey => "key must be a minimum length of 1".to_owned(),
        other => other.to_string(),
    })
}
