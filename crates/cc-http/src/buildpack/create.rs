//! `buildpack_create`

use super::{body, present};
use crate::server::Ctx;
use crate::wire::rules::Null;
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, buildpack};
use cc_domain::app::LifecycleKind;
use cc_domain::buildpack::{BuildpackName, CreateBuildpack};
use serde_json::{Map, Value};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    buildpack::may_manage(ctx.actor()?)?;
    let command = decode(request.json()?)?;
    let created = buildpack::create(ctx.call()?, command, request.sent()).await?;
    Answer::created(&present::buildpack(&ctx.links, &created))
}

fn decode(body: Map<String, Value>) -> Result<CreateBuildpack, Fault> {
    let mut fields = Fields::new(body);
    fields.must_be_string("name", Null::Checked);
    fields.must_be_present("name");
    body::name(&mut fields, Null::Checked);
    let name = BuildpackName::parse(fields.text_of("name").unwrap_or_default());
    let stack = body::stack(&mut fields).value();
    let position = body::position(&mut fields).unwrap_or(1);
    let is_enabled = fields.boolean("enabled").value().unwrap_or(true);
    let is_locked = fields.boolean("locked").value().unwrap_or(false);
    let lifecycle = lifecycle(&mut fields);
    let metadata = fields.metadata();
    fields.finish()?;
    let Some(name) = name else { return Err(Fault::parse_error()) };
    Ok(CreateBuildpack { name, stack, position, is_enabled, is_locked, lifecycle, metadata })
}

fn lifecycle(fields: &mut Fields) -> LifecycleKind {
    fields.must_be_string("lifecycle", Null::Skipped);
    let Some(value) = fields.take("lifecycle").value() else { return LifecycleKind::Buildpack };
    match value.as_str().and_then(|text| text.parse().ok()) {
        Some(kind @ (LifecycleKind::Buildpack | LifecycleKind::Cnb)) => kind,
        Some(LifecycleKind::Docker) | None => {
            fields.refuse("Lifecycle must be either \"buildpack\" or \"cnb\"");
            LifecycleKind::Buildpack
        }
    }
}
