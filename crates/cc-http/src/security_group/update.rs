//! `security_group_update`

use super::{body, present};
use crate::server::Ctx;
use crate::wire::rules::Null;
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, security_group};
use cc_domain::security_group::{GroupName, RuleSettings, UpdateSecurityGroup};
use serde_json::{Map, Value};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let change = decode(request.json()?, ctx.ports.settings.security_group_rules);
    let updated = security_group::update(ctx.call()?, &request.guid(), change).await?;
    Answer::ok(&present::security_group(&ctx.links, &updated))
}

fn decode(body: Map<String, Value>, settings: RuleSettings) -> Result<UpdateSecurityGroup, Fault> {
    let mut fields = Fields::new(body);
    let rules = body::rules(&mut fields, settings);
    let globally_enabled = body::globally_enabled(&mut fields);
    if fields.has("name") {
        fields.must_be_string("name", Null::Checked);
        fields.must_be_at_least("name", 1, Null::Checked);
        fields.must_be_at_most("name", GroupName::MAX_CHARS, Null::Checked);
    }
    let name = fields.text_of("name").map(str::to_owned);
    fields.finish()?;
    Ok(UpdateSecurityGroup { name, rules, globally_enabled })
}
