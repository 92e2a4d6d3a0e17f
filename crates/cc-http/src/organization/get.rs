//! `organization_get`

use super::present;
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, organization};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let found = organization::get(ctx.call()?, &request.guid()).await?;
    Answer::ok(&present::organization(&ctx.links, &found))
}
