//! `space_create`

use super::present;
use crate::server::Ctx;
use crate::wire::rules::Null;
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, space};
use cc_domain::guid::Guid;
use cc_domain::name::Name;
use cc_domain::space::CreateSpace;
use serde_json::{Map, Value};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let command = decode(request.json()?)?;
    let created = space::create(ctx.call()?, command, request.sent()).await?;
    Answer::created(&present::space(&ctx.links, &created))
}

fn decode(body: Map<String, Value>) -> Result<CreateSpace, Fault> {
    let mut fields = Fields::new(body);
    let mut organization = None;
    if let Some(mut relationships) = fields.relationships() {
        organization = relationships.required_to_one("organization");
        fields.nested("Relationships", relationships);
    }
    fields.must_be_present("name");
    fields.must_be_string("name", Null::Skipped);
    fields.must_be_at_most("name", Name::MAX_CHARS, Null::Skipped);
    fields.must_be_printable("name", Null::Skipped);
    fields.must_be_boolean("suspended", Null::Skipped);
    let name = Name::parse(fields.text_of("name").unwrap_or_default());
    let suspended = fields.value("suspended").as_bool().unwrap_or(false);
    let metadata = fields.metadata();
    fields.finish()?;
    let name = name.map_err(|_| Fault::unprocessable("Name can't be blank"))?;
    // `{"data":null}` passes, and names no organization.
    let organization = organization.unwrap_or_else(|| Guid::new(""));
    Ok(CreateSpace { name, organization, suspended, metadata })
}
