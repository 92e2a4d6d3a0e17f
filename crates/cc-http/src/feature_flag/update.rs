//! `feature_flag_update`

use super::present;
use crate::service::Ctx;
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, feature_flag};
use cc_domain::feature_flag::{FeatureFlag, UpdateFeatureFlag};
use cc_domain::patch::Patch;
use serde_json::{Map, Value};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let flag = feature_flag::named(request.param("name"))?;
    let actor = ctx.actor()?;
    feature_flag::may_update(actor)?;
    let change = decode(request.json()?)?;
    let flags = feature_flag::update(&ctx.ports, actor, flag, &change).await?;
    Answer::ok(&present::feature_flag(&ctx.links, flag, &flags))
}

fn decode(body: Map<String, Value>) -> Result<UpdateFeatureFlag, Fault> {
    let mut fields = Fields::new(body, &["custom_error_message", "enabled"]);
    let is_enabled = match fields.take("enabled") {
        Patch::Absent => None,
        Patch::Value(Value::Bool(value)) => Some(value),
        Patch::Null | Patch::Value(_) => {
            fields.refuse("Enabled must be a boolean");
            None
        }
    };
    let message = fields.text("custom_error_message", "Custom error message");
    if let Patch::Value(text) = &message {
        let length = text.chars().count();
        if length == 0 {
            fields.refuse("Custom error message is too short (minimum is 1 character)");
        } else if length > FeatureFlag::MAX_MESSAGE {
            fields.refuse(format!(
                "Custom error message is too long (maximum is {} characters)",
                FeatureFlag::MAX_MESSAGE
            ));
        }
    }
    fields.finish()?;
    Ok(UpdateFeatureFlag { is_enabled, custom_error_message: message })
}
