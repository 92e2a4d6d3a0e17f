//! `droplet_get`, `app_current_droplet_get`

use super::present::{self, Secrets};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, droplet};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let (found, sees_secrets) = droplet::get(ctx.call()?, &request.guid()).await?;
    Answer::ok(&present::droplet(&ctx.links, &found, Secrets::for_reader(sees_secrets)))
}

/// Unlike the droplet by its guid, whoever sees the app sees all of its current droplet.
pub async fn current(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let found = droplet::current(ctx.call()?, &request.guid()).await?;
    Answer::ok(&present::droplet(&ctx.links, &found, Secrets::Shown))
}
