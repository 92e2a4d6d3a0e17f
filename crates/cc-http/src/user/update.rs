//! `user_update`

use super::present;
use crate::server::Ctx;
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, user};

/// Whether the caller may comes before what the body says.
pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let (call, guid) = (ctx.call()?, request.guid());
    user::may_change(call, &guid).await?;
    let mut fields = Fields::new(request.json()?);
    let change = fields.metadata();
    fields.finish()?;
    let updated = user::update(call, &guid, &change).await?;
    Answer::ok(&present::user(&ctx.links, &updated))
}
