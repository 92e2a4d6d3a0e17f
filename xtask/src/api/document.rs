//! Paths, answers and components.

use super::body;
use crate::contract::{self, Contract};
use anyhow::Context;
use cc_http::operation::{Auth, Gives, Operation, Takes};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Representations that are named by an operation and so become components.
#[derive(Default)]
struct Named(BTreeSet<String>);

pub fn document(
    contract: &Contract,
    routed: impl Iterator<Item = &'static Operation>,
    find: impl Fn(&str) -> anyhow::Result<Option<Value>>,
) -> anyhow::Result<Value> {
    let mut routed: Vec<&Operation> = routed.collect();
    routed.sort_by_key(|o| (o.path, o.method.as_str()));
    let mut named = Named(BTreeSet::from(["errors".to_owned(), "pagination".to_owned()]));
    let mut paths: Map<String, Value> = Map::new();
    for operation in routed {
        let described = contract.operations.iter().find(|o| o.id == operation.id);
        let entry = paths.entry(operation.path).or_insert_with(|| json!({}));
        entry[operation.method.as_str().to_ascii_lowercase()] = one(operation, described, &mut named);
    }
    let mut schemas = Map::new();
    for name in &named.0 {
        let resource = find(name)?.with_context(|| format!("the contract has no {name}"))?;
        schemas.insert(name.clone(), component(resource));
    }
    let types: Vec<String> = contract.types.iter().map(|(name, text)| format!("* {name}: {text}")).collect();
    Ok(json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Cloud Foundry V3 API of cc-server",
            "version": env!("CARGO_PKG_VERSION"),
            "description": format!("Types named in descriptions:\n\n{}", types.join("\n")),
        },
        "paths": paths,
        "components": {
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" } },
            "schemas": schemas,
        },
    }))
}

fn one(operation: &Operation, described: Option<&contract::Operation>, named: &mut Named) -> Value {
    let mut entry = Map::new();
    entry.insert("operationId".into(), json!(operation.id));
    if let Some(described) = described {
        entry.insert("summary".into(), json!(described.title));
        entry.insert("tags".into(), json!([described.section]));
    }
    let parameters = parameters(operation, described);
    if !parameters.is_empty() {
        entry.insert("parameters".into(), Value::Array(parameters));
    }
    if let Some(request) = request(operation, described) {
        entry.insert("requestBody".into(), request);
    }
    entry.insert("responses".into(), responses(operation, described, named));
    let security = if operation.auth == Auth::Anonymous { json!([]) } else { json!([{ "token": [] }]) };
    entry.insert("security".into(), security);
    Value::Object(entry)
}

fn parameters(operation: &Operation, described: Option<&contract::Operation>) -> Vec<Value> {
    let in_path = operation.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let mut parameters: Vec<Value> = in_path
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
        .collect();
    for parameter in described.iter().flat_map(|d| &d.query) {
        let mut schema = body::schema(&parameter.kind);
        if let Some(allowed) = &parameter.allowed {
            // A list names several of them, an order may carry a sign: neither is a plain enumeration.
            schema["description"] = json!(format!("of {}", Value::from(allowed.clone())));
        }
        let mut shown = json!({ "name": parameter.name, "in": "query", "schema": schema });
        if let Some(notes) = &parameter.notes {
            shown["description"] = json!(notes);
        }
        parameters.push(shown);
    }
    parameters
}

fn request(operation: &Operation, described: Option<&contract::Operation>) -> Option<Value> {
    let fields = described.map(|d| d.body.as_slice()).unwrap_or_default();
    let (kind, schema) = match operation.takes {
        Takes::Nothing => return None,
        Takes::Json if fields.is_empty() => return None,
        Takes::Json => ("application/json", body::body(fields)),
        Takes::Yaml => ("application/x-yaml", json!({ "type": "string" })),
        Takes::Upload => ("multipart/form-data", body::body(fields)),
    };
    let kind = described.and_then(|d| d.request_format.as_deref()).unwrap_or(kind);
    Some(json!({ "content": { kind: { "schema": schema } } }))
}

fn responses(operation: &Operation, described: Option<&contract::Operation>, named: &mut Named) -> Value {
    let statuses = described.map_or_else(|| vec![200], |d| d.success_status.clone());
    let has_job = described.is_some_and(|d| d.async_job.is_some());
    let mut responses = Map::new();
    for status in statuses {
        let mut response = json!({ "description": operation.gives.to_string() });
        if status == 302 || (status == 202 && has_job) {
            response["headers"] = json!({ "Location": { "schema": { "type": "string", "format": "uri" } } });
        }
        if !matches!(status, 204 | 302)
            && let Some((kind, schema)) = content(operation.gives, named)
        {
            response["content"] = json!({ kind: { "schema": schema } });
        }
        responses.insert(status.to_string(), response);
    }
    let errors = json!({ "application/json": { "schema": reference("errors") } });
    responses.insert("default".into(), json!({ "description": "a refusal", "content": errors }));
    Value::Object(responses)
}

/// Media type and schema of what an operation gives; `None` for nothing.
fn content(gives: Gives, named: &mut Named) -> Option<(&'static str, Value)> {
    const JSON: &str = "application/json";
    match gives {
        Gives::Empty => None,
        Gives::Binary => Some(("application/octet-stream", json!({}))),
        Gives::One(name) => Some((JSON, named.reference(name))),
        Gives::Yaml(name) => Some(("application/x-yaml", named.reference(name))),
        Gives::ListOf(name) => {
            let page = json!({ "properties": { "resources": { "items": named.reference(name) } } });
            Some((JSON, json!({ "allOf": [reference("pagination"), page] })))
        }
        Gives::AllOf(name) => {
            let all = json!({ "type": "array", "items": named.reference(name) });
            Some((
                JSON,
                json!({ "type": "object", "required": ["resources"], "properties": { "resources": all } }),
            ))
        }
    }
}

impl Named {
    fn reference(&mut self, name: &str) -> Value {
        self.0.insert(name.to_owned());
        reference(name)
    }
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// A representation of the contract without what is no JSON Schema.
fn component(resource: Value) -> Value {
    let mut schema = Map::new();
    if let Value::Object(resource) = resource {
        for (key, value) in resource {
            match key.as_str() {
                "type" | "required" | "properties" | "description" => drop(schema.insert(key, plain(value))),
                "example" => drop(schema.insert("examples".into(), json!([value]))),
                _ => {}
            }
        }
    }
    Value::Object(schema)
}

fn plain(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            map.into_iter().filter(|(key, _)| !key.starts_with("x-")).map(|(k, v)| (k, plain(v))).collect()
        }
        Value::Array(items) => items.into_iter().map(plain).collect(),
        other => other,
    }
}
