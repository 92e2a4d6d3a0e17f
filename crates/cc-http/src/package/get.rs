//! `package_get`

use super::present;
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, package};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let found = package::get(ctx.call()?, &request.guid()).await?;
    Answer::ok(&present::package(&ctx.links, &found))
}
