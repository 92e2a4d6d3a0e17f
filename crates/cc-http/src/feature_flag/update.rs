//! `feature_flag_update`

use super::present;
use crate::server::Ctx;
use crate::wire::rules::{self, Null};
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, feature_flag};
use cc_domain::feature_flag::{FeatureFlag, UpdateFeatureFlag};
use cc_domain::patch::Patch;
use serde_json::{Map, Value};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let flag = feature_flag::named(request.param("name"))?;
    let call = ctx.call()?;
    feature_flag::may_update(call.actor)?;
    let change = decode(request.json()?)?;
    let flags = feature_flag::update(call, flag, &change).await?;
    Answer::ok(&present::feature_flag(&ctx.links, flag, &flags))
}

/// Metadata is checked and has no place.
fn decode(body: Map<String, Value>) -> Result<UpdateFeatureFlag, Fault> {
    let mut fields = Fields::new(body);
    let is_enabled = match fields.take("enabled") {
        Patch::Absent => None,
        Patch::Value(Value::Bool(value)) => Some(value),
        Patch::Null | Patch::Value(_) => {
            fields.refuse("Enabled must be a boolean");
            None
        }
    };
    const MESSAGE: &str = "custom_error_message";
    fields.must_be_string(MESSAGE, Null::Skipped);
    fields.must_be_at_least(MESSAGE, 1, Null::Skipped);
    fields.must_be_at_most(MESSAGE, FeatureFlag::MAX_MESSAGE, Null::Skipped);
    let message = fields.take(MESSAGE).map(|text| rules::as_text(&text));
    fields.metadata();
    fields.finish()?;
    Ok(UpdateFeatureFlag { is_enabled, custom_error_message: message })
}
