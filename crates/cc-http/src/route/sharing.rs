//! `route_shared_spaces_list`, `route_share`, `route_unshare`, `route_transfer_owner`

use crate::server::Ctx;
use crate::wire::rules::is_blank;
use crate::wire::{Answer, Fields, Links, Related, Request, only_guid, references};
use cc_actions::{Fault, route};
use cc_domain::guid::Guid;
use cc_domain::patch::Patch;
use cc_domain::route::Route;
use cc_domain::space::Space;
use serde_json::{Map, Value, json};

fn present<'a>(links: &Links, route: &Guid<Route>, spaces: &'a [Guid<Space>]) -> Related<'a> {
    Related::at(links, &format!("/v3/routes/{route}/relationships/shared_spaces"), spaces)
}

pub async fn list(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let guid = request.guid();
    let spaces = route::shared_spaces(ctx.call()?, &guid).await?;
    Answer::ok(&present(&ctx.links, &guid, &spaces))
}

pub async fn share(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let guid = request.guid();
    route::may_share(ctx.call()?, &guid).await?;
    let targets = references(request.json()?)?;
    let spaces = route::share(ctx.call()?, &guid, &targets).await?;
    Answer::ok(&present(&ctx.links, &guid, &spaces))
}

pub async fn unshare(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let target = Guid::new(request.param("space_guid"));
    route::unshare(ctx.call()?, &request.guid(), &target).await?;
    Ok(Answer::no_content())
}

/// Answers with a body, which clients decode.
pub async fn transfer(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    route::require_sharing(&ctx.ports).await?;
    let target = new_owner(request.json()?)?;
    route::transfer(ctx.call()?, &request.guid(), &target).await?;
    Answer::ok(&json!({ "status": "ok" }))
}

fn new_owner(body: Map<String, Value>) -> Result<Guid<Space>, Fault> {
    let mut fields = Fields::new(body);
    let data = fields.take("data").value().unwrap_or_default();
    if is_blank(&data) {
        fields.refuse("Data can't be blank");
    }
    let guid = only_guid(&mut fields, data);
    if matches!(&guid, Patch::Value(guid) if guid.as_str().is_empty()) {
        fields.refuse("Data guid can't be blank");
    }
    fields.finish()?;
    // No guid is one that nothing has.
    Ok(guid.value().unwrap_or_else(|| Guid::new("")))
}
