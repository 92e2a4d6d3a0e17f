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
    let change = decode(request.json()?)?;
    let updated = buildpack::update(call, &guid, change, request.sent()).await?;
    Answer::ok(&present::buildpack(&ctx.links, &updated))
}

fn decode(body: Map<String, Value>) -> Result<UpdateBuildpack, Fault> {
    let mut fields = Fields::new(body);
    let is_unnamed = fields.has("name") && fields.value("name").is_null();
    fields.must_be_string("name", Null::Skipped);
    body::name(&mut fields, Null::Skipped);
    let name = fields.text_of("name").and_then(BuildpackName::parse);
    let stack = body::stack(&mut fields);
    let position = position(&mut fields);
    let change = UpdateBuildpack {
        name,
        stack,
        position,
        is_enabled: boolean(&mut fields, "enabled"),
        is_locked: boolean(&mut fields, "locked"),
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
    if fields.has("position") && fields.value("position").is_null() {
        fields.refuse("Position is not a number");
    }
    body::position(fields)
}

/// Null is neither.
fn boolean(fields: &mut Fields, name: &'static str) -> Option<bool> {
    match fields.boolean(name) {
        Patch::Value(value) => Some(value),
        Patch::Absent => None,
        Patch::Null => {
            fields.refuse(format!("{} must be a boolean", fields.label(name)));
            None
        }
    }
}
