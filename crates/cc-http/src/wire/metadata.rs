//! Labels and annotations on the wire.

use super::Fields;
use cc_domain::metadata::{self as entity, Annotation, Key, MetadataPatch};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// `{"labels":{…},"annotations":{…}}`.
pub struct Metadata<'a>(pub &'a entity::Metadata);

impl Serialize for Metadata<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shape<'a> {
            labels: Pairs<'a, String>,
            annotations: Pairs<'a, Annotation>,
        }
        Shape { labels: Pairs(&self.0.labels), annotations: Pairs(&self.0.annotations) }.serialize(serializer)
    }
}

struct Pairs<'a, V>(&'a BTreeMap<Key, V>);

impl<V: Serialize> Serialize for Pairs<'_, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (KeyText(key), value)))
    }
}

struct KeyText<'a>(&'a Key);

impl Serialize for KeyText<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self.0)
    }
}

/// Reads the `metadata` member of a body, reporting what is wrong to `fields`.
pub fn read(fields: &mut Fields, value: Value) -> MetadataPatch {
    let mut patch = MetadataPatch::default();
    let Value::Object(members) = value else {
        fields.refuse("Metadata must be an object");
        return patch;
    };
    let unexpected: Vec<_> = members
        .keys()
        .filter(|k| !matches!(k.as_str(), "labels" | "annotations"))
        .map(|k| format!("'{k}'"))
        .collect();
    if !unexpected.is_empty() {
        fields.refuse(format!("Metadata has unexpected field(s): {}", unexpected.join(" ")));
    }
    if let Some(labels) = section(fields, &members, "labels") {
        patch.labels = labels.iter().filter_map(|(key, value)| label(fields, key, value)).collect();
    }
    if let Some(annotations) = section(fields, &members, "annotations") {
        patch.annotations =
            annotations.iter().filter_map(|(key, value)| annotation(fields, key, value)).collect();
    }
    patch
}

fn section<'a>(
    fields: &mut Fields,
    members: &'a Map<String, Value>,
    name: &str,
) -> Option<&'a Map<String, Value>> {
    match members.get(name) {
        None | Some(Value::Null) => None,
        Some(Value::Object(pairs)) => Some(pairs),
        Some(_) => {
            fields.refuse(format!("Metadata '{name}' is not an object"));
            None
        }
    }
}

/// A value as text: clients that send numbers or booleans are understood, as in the reference.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(super::rules::as_text(other)),
    }
}

fn label(fields: &mut Fields, key: &str, value: &Value) -> Option<(Key, Option<String>)> {
    let value = text_of(value);
    let parsed = Key::parse(key).map_err(|e| fields.refuse(format!("Metadata label key error: {e}"))).ok();
    if let Some(Err(e)) = value.as_deref().map(entity::check_label_value) {
        fields.refuse(format!("Metadata label value error: {e}"));
    }
    parsed.map(|key| (key, value))
}

/// Annotation keys are checked only where there is a value, as the reference does: any key goes with a blank one.
fn annotation(fields: &mut Fields, key: &str, value: &Value) -> Option<(Key, Option<Annotation>)> {
    let removes = value.is_null();
    let kept = super::rules::as_column(value);
    let text = text_of(value);
    let parsed = match Key::parse(key) {
        Ok(key) => Some(key),
        Err(e) if text.as_deref().is_some_and(|v| !v.trim().is_empty()) => {
            fields.refuse(format!("Metadata annotation key error: {e}"));
            None
        }
        Err(_) => Some(Key::unchecked(key)),
    };
    if let Err(e) = entity::check_annotation_value(value) {
        fields.refuse(format!("Metadata annotation value error: {e}"));
    }
    parsed.map(|key| (key, (!removes).then_some(kept)))
}
