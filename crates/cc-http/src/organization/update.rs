//! `organization_update`

use super::present;
use crate::server::Ctx;
use crate::wire::rules::Null;
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, organization};
use cc_domain::name::Name;
use cc_domain::organization::UpdateOrganization;
use serde_json::{Map, Value};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let change = decode(request.json()?);
    let updated = organization::update(ctx.call()?, &request.guid(), change, request.sent()).await?;
    Answer::ok(&present::organization(&ctx.links, &updated))
}

fn decode(body: Map<String, Value>) -> Result<UpdateOrganization, Fault> {
    let mut fields = Fields::new(body);
    check(&mut fields);
    let name = fields.text_of("name").map(Name::parse);
    let suspended = fields.take("suspended").map(|value| value.as_bool().unwrap_or_default());
    let metadata = fields.metadata();
    fields.finish()?;
    let name = name.transpose().map_err(|_| Fault::unprocessable("Name can't be blank"))?;
    Ok(UpdateOrganization { name, suspended, metadata })
}

/// What a creation and a change have in common.
pub(super) fn check(fields: &mut Fields) {
    fields.must_be_string("name", Null::Skipped);
    fields.must_be_at_least("name", 1, Null::Skipped);
    fields.must_be_at_most("name", Name::MAX_CHARS, Null::Skipped);
    fields.must_be_printable("name", Null::Skipped);
    fields.must_be_boolean("suspended", Null::Skipped);
}
