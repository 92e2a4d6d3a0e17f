//! What an entry says of labels and annotations.

use super::parse::Object;
use super::yaml::as_text;
use crate::metadata::{Key, MetadataError, MetadataPatch, check_annotation_value, check_label_value};
use serde_json::Value;
use std::collections::BTreeMap;

pub(super) fn metadata(entry: &Object, complaints: &mut Vec<String>) -> MetadataPatch {
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
    let mut read = |group: &str, kind: &str, check: fn(&Value) -> Result<(), MetadataError>| {
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
            match (Key::parse(key), check(value)) {
                (Ok(key), Ok(())) => {
                    entries.insert(key, (!value.is_null()).then(|| as_text(value)));
                }
                (Err(problem), _) => complaints.push(format!("Metadata {kind} key error: {problem}")),
                (_, Err(problem)) => complaints.push(format!("Metadata {kind} value error: {problem}")),
            }
        }
        entries
    };
    patch.labels = read("labels", "label", |value| check_label_value(&as_text(value)));
    let annotations = read("annotations", "annotation", check_annotation_value);
    patch.annotations = annotations.into_iter().map(|(key, text)| (key, text.map(Some))).collect();
    patch
}
