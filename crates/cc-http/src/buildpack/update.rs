//! `buildpack_update`

use super::{body, present};
use crate::server::Ctx;
use crate::wire::rules::Null;
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, buildpack};
use cc_domain::buildpack::{BuildpackName, UpdateBuildpack};
use cc_domain::patch::Patch;
use serde_json::{Map, Value};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let (call, guid) = (ctx.call()?, request.guid());
    buildpack::get(call, &guid).await?;
    buildpack::may_manage(call.actor)?;
    let body = request.json()?;
    let change = decode(body.clone())?;
    let updated = buildpack::update(call, &guid, change, Value::Object(body)).await?;
    Answer::ok(&present::buildpack(&ctx.links, &updated))
}

fn decode(body: Map<String, Value>) -> Result<UpdateBuildpack, Fault> {
    let mut fields = Fields::new(body, &["name", "stack", "position", "enabled", "locked", "metadata"]);
    let is_unnamed = fields.has("name") && fields.value("name").is_null();
    fields.must_be_string("name", "Name", Null::Skipped);
    body::name(&mut fields, Null::Skipped);
    let name = fields.text_of("name").and_then(BuildpackName::parse);
    let stack = body::stack(&mut fields);
    let position = if fields.has("position") { position(&mut fields) } else { None };
    let change = UpdateBuildpack {
        name,
        stack,
        position,
        is_enabled: boolean(&mut fields, "enabled", "Enabled"),
        is_locked: boolean(&mut fields, "locked", "Locked"),
        metadata: fields.metadata(),
    };
    fields.finish()?;
    if is_unnamed {
        // A body may say null; a buildpack may not be without a name.
        return Err(Fault::unprocessable("name can only contain alphanumeric characters"));
    }
    Ok(change)
}

/// Null is no position.
fn position(fields: &mut Fields) -> Option<u32> {
    let was_fine = fields.is_fine();
    let position = body::position(fields);
    if position.is_none() && was_fine && fields.is_fine() {
        fields.refuse("Position is not a number");
    }
    position
}

/// Null is neither.
fn boolean(fields: &mut Fields, name: &str, label: &str) -> Option<bool> {
    match fields.boolean(name, label) {
        Patch::Value(value) => Some(value),
        Patch::Absent => None,
        Patch::Null => {
            fields.refuse(format!("{label} must be a boolean"));
            None
        }
    }
}
