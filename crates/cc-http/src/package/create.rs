//! `package_create`, also as a copy with `source_guid`

use super::present::{self, REDACTED};
use crate::server::Ctx;
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, package};
use cc_domain::app::App;
use cc_domain::guid::Guid;
use cc_domain::package::{CreatePackage, Package, PackageError, PackageRequest};
use cc_domain::patch::Patch;
use cc_domain::secret::Secret;
use serde_json::{Map, Value};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let mut body = request.json()?;
    // A body that is null is none here.
    if body.get("_json").is_some_and(Value::is_null) {
        body.clear();
    }
    if let Some(source) = request.query_value("source_guid") {
        return copy(ctx, &Guid::new(source), &body).await;
    }
    let command = decode(body.clone())?;
    let created = package::create(ctx.call()?, command, for_event(body)).await?;
    Answer::created(&present::package(&ctx.links, &created))
}

/// Only the app is read from the body; what else stands there does not count.
async fn copy(ctx: Ctx, source: &Guid<Package>, body: &Map<String, Value>) -> Result<Answer, Fault> {
    let app = ["app", "data", "guid"].iter().fold(body.get("relationships"), |value, key| value?.get(key));
    let Some(app) = app.and_then(Value::as_str) else { return Err(PackageError::InvalidApp.into()) };
    let copied = package::copy(ctx.call()?, source, &Guid::<App>::new(app)).await?;
    Answer::created(&present::package(&ctx.links, &copied))
}

/// The body as the audit event shows it: without the password.
fn for_event(mut body: Map<String, Value>) -> Value {
    if let Some(Value::Object(data)) = body.get_mut("data") {
        data.insert("password".to_owned(), Value::from(REDACTED));
    }
    Value::Object(body)
}

fn decode(body: Map<String, Value>) -> Result<CreatePackage, Fault> {
    let mut fields = Fields::new(body);
    let (kind, data) = (fields.take("type"), fields.take("data"));
    let source = match &kind {
        Patch::Value(Value::String(text)) if text == "docker" => docker(&mut fields, data),
        Patch::Value(Value::String(text)) if text == "bits" => {
            no_data(&mut fields, data);
            Some(PackageRequest::Bits)
        }
        // A list of known types passes as one.
        Patch::Value(Value::Array(all)) if all.iter().all(is_type) => Some(PackageRequest::Unnamed),
        _ => None,
    };
    let app = fields.relationships().and_then(|mut inner| {
        let app = inner.required_to_one("app");
        fields.nested("Relationships", inner);
        app
    });
    if source.is_none() && !is_docker(&kind) {
        fields.refuse(PackageError::Type.to_string());
    }
    let metadata = fields.metadata();
    fields.finish()?;
    match (app, source) {
        (Some(app), Some(source)) => Ok(CreatePackage { app, source, metadata }),
        // `{"data":null}` passes, and names no app.
        (None, Some(_)) => Err(PackageError::InvalidApp.into()),
        _ => Err(Fault::parse_error()),
    }
}

fn is_type(value: &Value) -> bool {
    matches!(value.as_str(), Some("bits" | "docker"))
}

fn is_docker(kind: &Patch<Value>) -> bool {
    matches!(kind, Patch::Value(Value::String(text)) if text == "docker")
}

fn no_data(fields: &mut Fields, data: Patch<Value>) {
    match data {
        Patch::Absent | Patch::Null => {}
        Patch::Value(Value::Object(members)) if members.is_empty() => {}
        Patch::Value(_) => fields.refuse("Data Data must be empty if provided for bits packages"),
    }
}

/// The `data` of a docker package; every complaint about it begins with its name, as in the reference.
fn docker(fields: &mut Fields, data: Patch<Value>) -> Option<PackageRequest> {
    let members = match data {
        Patch::Value(Value::Object(members)) => members,
        Patch::Absent | Patch::Null | Patch::Value(_) => Map::new(),
    };
    let mut inner = Fields::new(members);
    let image = match inner.take("image") {
        Patch::Value(Value::String(image)) if !image.trim().is_empty() => Some(image),
        Patch::Value(Value::String(_)) => {
            inner.refuse("Image required");
            None
        }
        Patch::Absent | Patch::Null => {
            inner.refuse("Image must be a string");
            inner.refuse("Image required");
            None
        }
        Patch::Value(_) => {
            inner.refuse("Image must be a string");
            None
        }
    };
    let username = match inner.take("username") {
        Patch::Value(Value::String(text)) => Some(text),
        // Kept as its JSON, as the reference does.
        Patch::Value(other) => Some(other.to_string()),
        Patch::Absent | Patch::Null => None,
    };
    let password = inner.text("password").value().map(Secret::from);
    fields.nested("Data", inner);
    Some(PackageRequest::Docker { image: image?, username, password })
}
