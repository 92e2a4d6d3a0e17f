//! `domain_get`

use super::present;
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, domain};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let found = domain::get(ctx.call()?, &request.present_guid()?).await?;
    Answer::ok(&present::domain(&ctx.links, &found))
}
