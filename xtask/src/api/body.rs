//! Schemas of query parameters and bodies, from the contract's words for types.

use crate::contract::Field;
use serde_json::{Map, Value, json};

/// The schema of one type of the contract. A type without a shape of its own keeps its words as description.
pub fn schema(kind: &str) -> Value {
    if let Some(plain) = kind.strip_suffix(" or null") {
        let mut schema = schema(plain);
        if let Some(Value::String(kind)) = schema.get("type").cloned() {
            schema["type"] = json!([kind, "null"]);
            return schema;
        }
        return json!({ "anyOf": [schema, { "type": "null" }] });
    }
    match kind {
        "string" | "integer" | "boolean" | "object" => json!({ "type": kind }),
        "string date-time" => json!({ "type": "string", "format": "date-time" }),
        "file" => json!({ "type": "string", "contentMediaType": "application/octet-stream" }),
        "label map" | "annotation map" | "object string->string|null" => {
            json!({ "type": "object", "additionalProperties": { "type": ["string", "null"] } })
        }
        "object string->string" => json!({ "type": "object", "additionalProperties": { "type": "string" } }),
        "object {\"data\":{\"guid\":string 1..200}}" => data(guid()),
        "object {\"data\":[{\"guid\":string 1..200},...]}" => {
            data(json!({ "type": "array", "items": guid() }))
        }
        "object {\"guid\":string}" => guid(),
        "array of {\"guid\":string}" => json!({ "type": "array", "items": guid() }),
        "array of string" => json!({ "type": "array", "items": { "type": "string" } }),
        "array of object" => json!({ "type": "array", "items": { "type": "object" } }),
        "string or number" => json!({ "type": ["string", "number"] }),
        "comma-separated list of strings"
        | "comma-separated list"
        | "timestamp filter"
        | "label selector"
        | "bracketed field selector"
        | "string 'true' or 'false'"
        | "string (JSON array)" => {
            json!({ "type": "string", "description": kind })
        }
        _ if kind.starts_with("object") => json!({ "type": "object", "description": kind }),
        _ if kind.starts_with("array") => json!({ "type": "array", "description": kind }),
        _ => json!({ "description": kind }),
    }
}

fn guid() -> Value {
    json!({ "type": "object", "required": ["guid"], "properties": { "guid": { "type": "string" } } })
}

fn data(schema: Value) -> Value {
    json!({ "type": "object", "required": ["data"], "properties": { "data": schema } })
}

/// The schema of a whole body. A dotted name makes the objects on its way, `[]` the items of an array.
pub fn body(fields: &[Field]) -> Value {
    let mut root = json!({ "type": "object" });
    for field in fields {
        let mut leaf = schema(&field.kind);
        if let Some(constraints) = &field.constraints {
            leaf["description"] = json!(constraints);
        }
        let is_required = field.required == json!(true);
        let path: Vec<&str> = field.name.split('.').collect();
        place(&mut root, &path, leaf, is_required);
    }
    root
}

fn place(parent: &mut Value, path: &[&str], leaf: Value, is_required: bool) {
    let Some((first, rest)) = path.split_first() else { return };
    let (name, is_list) = first.strip_suffix("[]").map_or((*first, false), |name| (name, true));
    let Some(parent) = parent.as_object_mut() else { return };
    if rest.is_empty() {
        if is_required {
            require(parent, name);
        }
        let slot = properties(parent).entry(name).or_insert_with(|| json!({}));
        let target = if is_list { items(slot) } else { slot };
        // What is below may have been named first.
        if let (Some(old), Value::Object(new)) = (target.as_object_mut(), leaf) {
            for (key, value) in new {
                old.insert(key, value);
            }
        }
        return;
    }
    let slot = properties(parent).entry(name).or_insert_with(|| json!({}));
    let next = if is_list { items(slot) } else { slot };
    if let Some(object) = next.as_object_mut() {
        object.entry("type").or_insert_with(|| json!("object"));
    }
    place(next, rest, leaf, is_required);
}

fn properties(schema: &mut Map<String, Value>) -> &mut Map<String, Value> {
    schema
        .entry("properties")
        .or_insert_with(|| json!({}))
        .as_object_mut()
        .expect("nothing but `place` writes this key")
}

fn items(slot: &mut Value) -> &mut Value {
    if slot.get("items").is_none() {
        slot["type"] = json!("array");
        slot["items"] = json!({ "type": "object" });
    }
    &mut slot["items"]
}

fn require(schema: &mut Map<String, Value>, name: &str) {
    let required = schema.entry("required").or_insert_with(|| json!([]));
    if let Some(required) = required.as_array_mut()
        && !required.contains(&json!(name))
    {
        required.push(json!(name));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str, kind: &str, required: bool) -> Field {
        Field { name: name.into(), kind: kind.into(), required: json!(required), constraints: None }
    }

    #[test]
    fn dotted_names_become_nested_objects() {
        let fields = [field("name", "string", true), field("lifecycle.data.stack", "string or null", false)];
        assert_eq!(
            body(&fields),
            json!({
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": { "type": "string" },
                    "lifecycle": { "type": "object", "properties": {
                        "data": { "type": "object", "properties": { "stack": { "type": ["string", "null"] } } },
                    } },
                },
            })
        );
    }

    #[test]
    fn brackets_are_the_items_of_an_array() {
        let fields = [field("rules", "array of object", true), field("rules[].ports", "string", true)];
        assert_eq!(
            body(&fields)["properties"]["rules"],
            json!({
                "type": "array",
                "items": { "type": "object", "required": ["ports"], "properties": { "ports": { "type": "string" } } },
            })
        );
    }

    #[test]
    fn a_guid_may_be_null() {
        assert_eq!(schema("object {\"guid\":string} or null")["type"], json!(["object", "null"]));
    }
}
