//! `security_group_create`

use super::{body, present};
use crate::server::Ctx;
use crate::wire::rules::Null;
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, security_group};
use cc_domain::security_group::{ByPhase, CreateSecurityGroup, GroupName, RuleSettings};
use serde_json::{Map, Value};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    security_group::may_manage(ctx.actor()?)?;
    let command = decode(request.json()?, ctx.ports.settings.security_group_rules)?;
    let created = security_group::create(ctx.call()?, command).await?;
    Answer::created(&present::security_group(&ctx.links, &created))
}

fn decode(body: Map<String, Value>, settings: RuleSettings) -> Result<CreateSecurityGroup, Fault> {
    let mut fields = Fields::new(body);
    let mut spaces = ByPhase::default();
    if fields.has("relationships")
        && let Some(mut inner) = fields.open_relationships()
    {
        spaces = ByPhase {
            running: inner.to_many("running_spaces", "Running space guids"),
            staging: inner.to_many("staging_spaces", "Staging space guids"),
        };
        fields.nested("Relationships", inner);
    }
    let rules = body::rules(&mut fields, settings).unwrap_or_default();
    fields.must_be_present("name");
    fields.must_be_string("name", Null::Checked);
    fields.must_be_at_most("name", GroupName::MAX_CHARS, Null::Skipped);
    let name = fields.text_of("name").unwrap_or_default().to_owned();
    let enabled = body::globally_enabled(&mut fields);
    fields.finish()?;
    let globally_enabled = ByPhase {
        running: enabled.running.unwrap_or_default(),
        staging: enabled.staging.unwrap_or_default(),
    };
    Ok(CreateSecurityGroup { name, rules, globally_enabled, spaces })
}
