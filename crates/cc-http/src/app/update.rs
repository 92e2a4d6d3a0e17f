//! `app_update`

use super::body::{self, Strictness};
use super::present;
use crate::server::Ctx;
use crate::wire::rules::Null;
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, app};
use cc_domain::app::UpdateApp;
use cc_domain::name::Name;
use serde_json::{Map, Value};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let change = decode(request.json()?)?;
    let (updated, warnings) =
        app::update(ctx.call()?, &request.guid(), change, body::for_event(request.sent())).await?;
    Ok(Answer::ok(&present::app(&ctx.links, &updated))?.with_warnings(warnings))
}

fn decode(body: Map<String, Value>) -> Result<UpdateApp, Fault> {
    let mut fields = Fields::new(body);
    let lifecycle = body::lifecycle(&mut fields, Strictness::AppChange, |fields| {
        fields.must_be_string("name", Null::Skipped);
        fields.must_be_at_most("name", Name::MAX_CHARS, Null::Skipped);
    });
    let is_nameless = fields.has("name") && fields.value("name").is_null();
    let name = fields.text_of("name").map(str::to_owned);
    let metadata = fields.metadata();
    fields.finish()?;
    // Null is given, and no name.
    let name = name.or_else(|| is_nameless.then(String::new));
    let name = name.as_deref().map(body::name).transpose().map_err(Fault::unprocessable)?;
    Ok(UpdateApp { lifecycle, name, metadata })
}
