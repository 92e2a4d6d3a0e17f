//! `app_create`

use super::body::{self, Strictness};
use super::present;
use super::variables;
use crate::server::Ctx;
use crate::wire::rules::Null;
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, app};
use cc_domain::app::CreateApp;
use cc_domain::guid::Guid;
use cc_domain::name::Name;
use serde_json::{Map, Value};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let command = decode(request.json()?)?;
    let (created, warnings) = app::create(ctx.call()?, command, body::for_event(request.sent())).await?;
    Ok(Answer::created(&present::app(&ctx.links, &created))?.with_warnings(warnings))
}

fn decode(body: Map<String, Value>) -> Result<CreateApp, Fault> {
    let mut fields = Fields::new(body);
    let space = fields.relationships().and_then(|mut inner| {
        let space = inner.required_to_one("space");
        fields.nested("Relationships", inner);
        space
    });
    let lifecycle = body::lifecycle(&mut fields, Strictness::AppCreation, |fields| {
        fields.must_be_string("name", Null::Checked);
        fields.must_be_at_most("name", Name::MAX_CHARS, Null::Checked);
        fields.must_be_object("environment_variables", Null::Skipped);
    });
    let name = fields.text_of("name").map(str::to_owned);
    let (environment, mut wrong) = variables::of_creation(&mut fields);
    let metadata = fields.metadata();
    fields.finish()?;
    // `{"data":null}` passes, and names no space.
    let space = space.unwrap_or_else(|| Guid::new(""));
    let name = body::name(name.as_deref().unwrap_or_default());
    if let Err(text) = name {
        wrong.insert(0, text.to_owned());
    }
    let name = name.ok().filter(|_| wrong.is_empty());
    let name = name.ok_or_else(|| Fault::unprocessable(wrong.join(", ")))?;
    Ok(CreateApp { name, space, lifecycle, environment, metadata })
}
