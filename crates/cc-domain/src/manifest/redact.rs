//! Entries as audit events keep them.

use crate::audit_event::HIDDEN;
use crate::buildpack::url;
use serde_json::Value;

/// The manifest of each app as YAML, by name, with variables and registry credentials hidden.
pub fn redacted(document: &Value) -> Vec<(String, String)> {
    let entries = document.get("applications").and_then(Value::as_array);
    entries.into_iter().flatten().map(entry).collect()
}

fn entry(entry: &Value) -> (String, String) {
    let name = entry.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut entry = entry.clone();
    for (key, value) in entry.as_object_mut().into_iter().flatten() {
        let is_secret = matches!(key.replace('-', "_").as_str(), "env" | "cnb_credentials");
        match value {
            value if is_secret => *value = HIDDEN.into(),
            Value::Object(docker) if key == "docker" => {
                if let Some(password) = docker.get_mut("password") {
                    *password = HIDDEN.into();
                }
            }
            _ => {}
        }
    }
    url::hide_in(&mut entry);
    (name, super::yaml::print(&serde_json::json!({ "applications": [entry] })))
}
