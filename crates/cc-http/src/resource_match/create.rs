//! `resource_matches_create`

use crate::server::Ctx;
use crate::wire::rules;
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, resource_match};
use cc_domain::resource_match::{MAX_RESOURCES, Resource, ResourceMatchError};
use serde::Serialize;
use serde_json::{Map, Value};

#[derive(Serialize)]
struct Matches<'a> {
    resources: Vec<Match<'a>>,
}

#[derive(Serialize)]
struct Match<'a> {
    checksum: Checksum<'a>,
    size_in_bytes: u64,
    path: Option<&'a str>,
    mode: Option<&'a str>,
}

#[derive(Serialize)]
struct Checksum<'a> {
    value: &'a str,
}

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let call = ctx.call()?;
    resource_match::may_match(call).await?;
    let found = resource_match::create(call, decode(request.json()?)?).await?;
    Answer::created(&Matches { resources: found.iter().map(present).collect() })
}

fn present(resource: &Resource) -> Match<'_> {
    Match {
        checksum: Checksum { value: &resource.sha1 },
        size_in_bytes: resource.size,
        path: resource.path.as_deref(),
        mode: resource.mode.as_deref(),
    }
}

/// Unknown keys do not count here.
fn decode(body: Map<String, Value>) -> Result<Vec<Resource>, Fault> {
    let mut fields = Fields::open(body);
    let given = fields.take("resources").value().unwrap_or_default();
    if !given.is_array() {
        fields.refuse("Resources must be an array");
    }
    if given.is_null() || rules::length(&given) == 0 {
        fields.refuse(ResourceMatchError::Empty.to_string());
    }
    let items = if let Value::Array(items) = given { items } else { Vec::new() };
    if items.len() > MAX_RESOURCES {
        fields.refuse(ResourceMatchError::TooMany.to_string());
    }
    let mut wrong = Vec::new();
    let resources = items.iter().filter_map(|item| resource(item, &mut wrong)).collect();
    for complaint in wrong {
        fields.refuse(format!("Resources array contains at least one resource with {complaint}"));
    }
    fields.finish()?;
    Ok(resources)
}

/// `None` after a complaint; each kind of complaint is kept once.
fn resource(item: &Value, wrong: &mut Vec<&'static str>) -> Option<Resource> {
    let mut complain = |text: &'static str| {
        if !wrong.contains(&text) {
            wrong.push(text);
        }
    };
    let sha1 = match item.get("checksum") {
        Some(Value::Object(checksum)) => match checksum.get("value") {
            Some(Value::String(text)) if text.chars().count() == 40 => Some(text.clone()),
            Some(Value::String(_)) => {
                complain("a non-SHA1 checksum value");
                None
            }
            _ => {
                complain("a non-string checksum value");
                None
            }
        },
        _ => {
            complain("a non-object checksum");
            None
        }
    };
    let size = item.get("size_in_bytes").filter(|size| size.is_i64() || size.is_u64());
    if size.is_none() {
        complain("a non-integer size_in_bytes");
    }
    let size = size.and_then(|size| {
        let bytes = size.as_u64();
        if bytes.is_none() {
            complain("a negative size_in_bytes");
        }
        bytes
    });
    let mode = match item.get("mode") {
        None | Some(Value::Null) => None,
        Some(Value::String(mode)) if is_octal(mode) => Some(mode.clone()),
        Some(Value::String(_)) => {
            complain("an incorrect mode");
            None
        }
        Some(_) => {
            complain("a non-string mode");
            None
        }
    };
    let path = item.get("path").and_then(Value::as_str).map(str::to_owned);
    Some(Resource { sha1: sha1?, size: size?, path, mode })
}

/// One of its lines is a number, as the reference has it.
fn is_octal(mode: &str) -> bool {
    mode.split('\n').any(|line| !line.is_empty() && line.bytes().all(|b| (b'0'..=b'7').contains(&b)))
}
