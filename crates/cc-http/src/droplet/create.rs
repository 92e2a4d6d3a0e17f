//! `droplet_create`, also as a copy with `source_guid`

use super::present::{self, Secrets};
use crate::server::Ctx;
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, droplet};
use cc_domain::app::App;
use cc_domain::droplet::{CreateDroplet, Droplet, ProcessTypes};
use cc_domain::guid::Guid;
use cc_domain::metadata::MetadataPatch;
use cc_domain::patch::Patch;
use cc_domain::process::ProcessType;
use serde_json::{Map, Value};

/// Characters of a guid that a body names.
const MAX_GUID: usize = 200;

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let body = request.json()?;
    let created = match request.query_value("source_guid") {
        Some(source) => copy(&ctx, &Guid::new(source), body).await?,
        None => droplet::create(ctx.call()?, decode(body)?).await?,
    };
    Answer::created(&present::droplet(&ctx.links, &created, Secrets::Shown))
}

async fn copy(ctx: &Ctx, source: &Guid<Droplet>, body: Map<String, Value>) -> Result<Droplet, Fault> {
    let mut fields = Fields::new(body);
    let app = named_app(&mut fields);
    fields.finish()?;
    let Some(app) = app else { return Err(Fault::parse_error()) };
    droplet::copy(ctx.call()?, source, &app).await
}

/// Of a copy only `relationships.app.data.guid` counts; what is around it is not looked at.
fn named_app(fields: &mut Fields) -> Option<Guid<App>> {
    let relationships = fields.take("relationships").value();
    let app = relationships.as_ref().and_then(|r| r.get("app"));
    let guid = app.and_then(|app| app.get("data")).and_then(|data| data.get("guid"));
    if !app.is_some_and(Value::is_object) {
        fields.refuse("App must be an object");
    }
    let text = guid.and_then(Value::as_str);
    if text.is_none() {
        fields.refuse("App guid must be a string");
    }
    let text = text.filter(|text| (1..=MAX_GUID).contains(&text.chars().count()));
    if text.is_none() {
        fields.refuse(format!("App guid must be between 1 and {MAX_GUID} characters"));
    }
    text.map(Guid::new)
}

fn decode(body: Map<String, Value>) -> Result<CreateDroplet, Fault> {
    let mut fields = Fields::new(body);
    let app = app(&mut fields);
    let process_types = process_types(&mut fields);
    fields.finish()?;
    let Some(app) = app else { return Err(Fault::parse_error()) };
    Ok(CreateDroplet { app, process_types, metadata: MetadataPatch::default() })
}

fn app(fields: &mut Fields) -> Option<Guid<App>> {
    let mut inner = fields.relationships()?;
    let app = inner.required_to_one("app");
    fields.nested("Relationships", inner);
    app
}

fn process_types(fields: &mut Fields) -> Option<ProcessTypes> {
    let members = match fields.take("process_types") {
        Patch::Absent | Patch::Null => return None,
        Patch::Value(Value::Object(members)) => members,
        Patch::Value(_) => {
            fields.refuse("Process types must be an object");
            return None;
        }
    };
    if members.keys().any(String::is_empty) {
        fields.refuse("Process types key must not be empty");
    }
    if members.values().any(|command| !command.is_string()) {
        fields.refuse("Process types value must be a string");
    }
    if members.keys().any(|key| !key.is_empty() && ProcessType::parse(key).is_none()) {
        fields.refuse("Process types key is too long (maximum is 255 characters)");
    }
    let pair =
        |(key, command): (String, Value)| Some((ProcessType::parse(&key)?, command.as_str()?.to_owned()));
    Some(members.into_iter().filter_map(pair).collect())
}
