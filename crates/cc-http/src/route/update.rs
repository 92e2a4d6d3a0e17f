//! `route_update`

use super::{options, present};
use crate::server::Ctx;
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, route};
use cc_domain::route::UpdateRoute;

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let mut fields = Fields::open(request.json()?);
    let is_hash_on = route::is_hash_routing_on(&ctx.ports).await?;
    let change = UpdateRoute { options: options::read(&mut fields, is_hash_on), metadata: fields.metadata() };
    fields.refuse_unknown();
    fields.finish()?;
    let updated = route::update(ctx.call()?, &request.guid(), &change).await?;
    Answer::ok(&present::route(&ctx.links, &updated))
}
