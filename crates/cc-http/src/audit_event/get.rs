//! `audit_event_get`

use super::present;
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, audit_event};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let found = audit_event::get(ctx.call()?, &request.guid()).await?;
    Answer::ok(&present::audit_event(&ctx.links, &found))
}
