//! `app_start`, `app_stop`, `app_restart`

use super::present;
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::Fault;
use cc_actions::app::{self, Action};

pub async fn handle(ctx: Ctx, request: Request, action: Action) -> Result<Answer, Fault> {
    let app = app::act(ctx.call()?, &request.guid(), action).await?;
    Answer::ok(&present::app(&ctx.links, &app))
}
